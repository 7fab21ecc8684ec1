package lb.core.director;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import lb.core.service.ServiceKey;
import lb.core.wire.IpAddress;
import lb.core.wire.Tcp;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A million SYNs from random sources while ten thousand established connections send. */
class FloodTest {
    private static final IpAddress VIP = IpAddress.parse("10.0.205.100");
    private static final ServiceKey WEB = TestDirector.tcp("10.0.205.100", 80);
    private static final int TABLE = 100_000;
    private static final int ESTABLISHED = 10_000;
    private static final int SYNS = 1_000_000;
    private static final long SEED = 4;

    private final TestDirector test = new TestDirector(DirectorSettings.DEFAULT, TABLE);
    private final FrameBuilder frame = new FrameBuilder();
    private final Map<Integer, IpAddress> home = new HashMap<>();
    private final Random random = new Random(SEED);

    private static IpAddress client(int number) {
        return IpAddress.ofIpv4(0x0a010000 + number / 50);
    }

    private void send(int client, int flags) {
        int port = 2_000 + client % 50;
        assertThat(test.receive(frame.tcp(client(client), port, VIP, 80, flags)))
                .isEqualTo(Verdict.FORWARDED);
    }

    private void establish() {
        for (int client = 0; client < ESTABLISHED; client++) {
            send(client, Tcp.SYN);
            send(client, Tcp.ACK);
            home.put(client, test.lastServer());
        }
    }

    /** Each sends once in a hundred SYNs: some wait for long, as real ones do. */
    private void flood(int syns) {
        for (int i = 0; i < syns; i++) {
            IpAddress from = IpAddress.ofIpv4(0x30000000 | random.nextInt() & 0x0fff_ffff);
            test.receive(frame.tcp(from, random.nextInt(1, 65_536), VIP, 80, Tcp.SYN));
            if (i % 100 == 0) {
                sendAndCompare(i / 100 % ESTABLISHED);
            }
            if (i % 1_000 == 0) {
                test.advanceMillis(10);
            }
        }
    }

    private void sendAndCompare(int client) {
        send(client, Tcp.ACK | Tcp.PSH);
        assertThat(test.lastServer())
                .as("seed %d, client %d", SEED, client)
                .isEqualTo(home.get(client));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rr", "wlc", "mh"})
    void establishedConnectionsStayWhereTheyAre(String scheduler) {
        test.serve(WEB, scheduler, Set.of(), 1, 1, 1, 1);
        establish();
        long before = test.liveConnections().size();
        assertThat(before).isEqualTo(ESTABLISHED);

        flood(SYNS / 2);
        test.serve(WEB, scheduler, Set.of(), 1, 1, 1);
        IpAddress gone = IpAddress.parse("10.0.206.4");
        assertThat(home.containsValue(gone)).isTrue();
        home.forEach((client, server) -> {
            if (server.equals(gone)) {
                // It lost its real server; from now on it has to stay at its new one.
                send(client, Tcp.ACK | Tcp.PSH);
                home.put(client, test.lastServer());
            }
        });
        assertThat(home.containsValue(gone)).isFalse();
        flood(SYNS / 2);
        home.keySet().forEach(this::sendAndCompare);

        boolean computed = scheduler.equals("mh");
        assertThat(test.connections.size()).isLessThanOrEqualTo(TABLE);
        assertThat(test.director.indexedConnections())
                .as("the worker's own index forgets what the table evicts")
                .isLessThanOrEqualTo(TABLE + 1_000);
        if (computed) {
            assertThat(test.liveConnections()).as("no SYN made an entry").hasSize(ESTABLISHED);
        } else {
            assertThat(test.connections.evictions()).isGreaterThan(SYNS / 2);
        }
        assertThat(test.director.verdicts().count(Verdict.FORWARDED))
                .isEqualTo(test.director.verdicts().total());
    }
}
