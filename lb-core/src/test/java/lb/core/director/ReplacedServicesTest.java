package lb.core.director;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import lb.core.service.ClassifierRule;
import lb.core.service.Gate;
import lb.core.service.Network;
import lb.core.service.Protocol;
import lb.core.service.RealServerDefinition;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceKey;
import lb.core.service.VirtualService;
import lb.core.wire.IpAddress;
import lb.core.wire.Tcp;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Connections outlive tables of services: each frame is for the service that the table in force has
 * for it, whatever the tables before had where this connection's was.
 */
class ReplacedServicesTest {
    private static final long SEED = 311;
    private static final int TABLES = 400;
    private static final int CLIENTS = 40;
    private static final IpAddress VIP = IpAddress.parse("10.9.0.100");
    private static final ServiceKey MARKED = ServiceKey.ofMark(1, true);
    private static final int[] PORTS = {80, 443};

    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    private final TestDirector test = new TestDirector(DirectorSettings.DEFAULT);
    private final FrameBuilder frame = new FrameBuilder();
    private @Nullable VirtualService decided;
    private int known;

    private static ServiceDefinition service(ServiceKey key) {
        return new ServiceDefinition(
                key,
                "rr",
                Set.of(),
                List.of(new RealServerDefinition(IpAddress.parse("10.0.206.1"), key.port(), 1)));
    }

    private static ServiceKey key(int port) {
        return new ServiceKey(VIP, port, Protocol.TCP);
    }

    /** Marks what the first 32 clients send to port 443. */
    private static ClassifierRule rule() {
        Network marked = new Network(IpAddress.parse("10.0.200.0"), 27);
        return new ClassifierRule(1, marked, VIP, Protocol.TCP, 443, 443, Gate.ALWAYS_OPEN);
    }

    private static IpAddress client(int number) {
        return IpAddress.ofIpv4(0x0a00c800 + number);
    }

    private void replace() {
        List<ServiceDefinition> next = new ArrayList<>();
        for (ServiceKey key : List.of(key(80), key(443), key(0), MARKED)) {
            if (random.nextInt(3) != 0) {
                next.add(service(key));
            }
        }
        test.rules = random.nextBoolean() ? List.of(rule()) : List.of();
        test.replace(next);
    }

    private void receive(int number, int port) {
        IpAddress client = client(number);
        Verdict verdict = test.receive(frame.tcp(client, 40_000, VIP, port, Tcp.ACK));
        VirtualService expected =
                test.table()
                        .find(
                                client.high(),
                                client.low(),
                                VIP.high(),
                                VIP.low(),
                                Protocol.TCP.number(),
                                port);
        assertThat(decided).as("seed %d, %s:%d", SEED, client, port).isSameAs(expected);
        assertThat(verdict == Verdict.NO_SERVICE).isEqualTo(expected == null);
    }

    @Test
    void everyFrameIsForTheServiceOfTheTableInForce() {
        test.director.explainTo((verdict, service, origin, server) -> {
            decided = service;
            known += origin == DecisionListener.Origin.CONNECTION ? 1 : 0;
        });
        test.replace(List.of(service(key(0))));
        for (int number = 0; number < CLIENTS; number++) {
            for (int port : PORTS) {
                test.receive(frame.tcp(client(number), 40_000, VIP, port, Tcp.SYN));
            }
        }
        for (int table = 0; table < TABLES; table++) {
            replace();
            for (int round = 0; round < 3 * CLIENTS; round++) {
                receive(random.nextInt(CLIENTS), PORTS[random.nextInt(PORTS.length)]);
            }
        }
        assertThat(known).as("frames of known connections").isGreaterThan(TABLES * CLIENTS / 2);
    }
}
