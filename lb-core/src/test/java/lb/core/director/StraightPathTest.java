package lb.core.director;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lb.core.forward.DirectRouting;
import lb.core.service.ClassifierRule;
import lb.core.service.Gate;
import lb.core.service.Network;
import lb.core.service.NextHop;
import lb.core.service.Persistence;
import lb.core.service.Protocol;
import lb.core.service.RealServer;
import lb.core.service.RealServerDefinition;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceKey;
import lb.core.service.Traffic;
import lb.core.service.VirtualService;
import lb.core.wire.Ethernet;
import lb.core.wire.IpAddress;
import lb.core.wire.Tcp;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Two directors see the same frames and the same changes. In one somebody has each frame explained,
 * so that all of them take the main path; in the other those go straight that can. What is sent,
 * counted and remembered must be the same.
 */
class StraightPathTest {
    private static final long SEED = 20_000;
    private static final int STEPS = 60_000;
    private static final int CLIENTS = 12;
    private static final List<IpAddress> VIPS =
            Stream.of("10.0.205.100", "10.0.205.101", "fd00:205::100")
                    .map(IpAddress::parse)
                    .toList();
    private static final int[] FLAGS = {
        Tcp.ACK, Tcp.ACK, Tcp.ACK, Tcp.ACK, Tcp.ACK, Tcp.ACK, Tcp.SYN, Tcp.FIN | Tcp.ACK, Tcp.RST
    };
    private static final long OWN_MAC = 0x02_00_00_00_0a_0aL;

    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    private final FrameBuilder frame = new FrameBuilder();
    private final List<Gate> gates = Stream.generate(Gate::closed).limit(VIPS.size()).toList();
    private final TestDirector straight = new TestDirector(DirectorSettings.DEFAULT);
    private final TestDirector explained = new TestDirector(DirectorSettings.DEFAULT);
    private List<ServiceDefinition> definitions = List.of();
    private int forwarded;

    StraightPathTest() {
        explained.director.explainTo((verdict, service, origin, server) -> {});
        gates.forEach(Gate::open);
        replaceServices();
    }

    private void both(Consumer<TestDirector> change) {
        change.accept(straight);
        change.accept(explained);
    }

    private void replaceServices() {
        List<ServiceDefinition> services = new ArrayList<>();
        for (IpAddress vip : VIPS) {
            for (Protocol protocol : List.of(Protocol.TCP, Protocol.UDP)) {
                if (random.nextInt(8) != 0) {
                    services.add(service(new ServiceKey(vip, 80, protocol), vip));
                }
            }
        }
        services.add(service(ServiceKey.ofMark(1, true), VIPS.getFirst()));
        definitions = services;
        replaceRules();
    }

    private void replaceRules() {
        List<ClassifierRule> rules = random.nextBoolean() ? List.of(rule()) : List.of();
        both(director -> {
            director.rules = rules;
            director.replace(definitions);
        });
    }

    /** Marks what the first 16 clients send to one VIP. */
    private ClassifierRule rule() {
        Network marked = new Network(IpAddress.parse("10.0.200.0"), 28);
        return new ClassifierRule(
                1, marked, VIPS.getFirst(), Protocol.TCP, 80, 80, gates.getFirst());
    }

    private ServiceDefinition service(ServiceKey key, IpAddress vip) {
        String net = vip.isIpv4() ? "10.0.206." : "fd00:206::";
        int listed = 1 + random.nextInt(4);
        return new ServiceDefinition(
                key,
                random.nextBoolean() ? "mh" : "rr",
                Set.of(),
                random.nextInt(4) == 0 ? new Persistence(60, 32) : Persistence.NONE,
                random.nextInt(6) == 0,
                IntStream.rangeClosed(1, listed)
                        .mapToObj(i ->
                                new RealServerDefinition(
                                        IpAddress.parse(net + i), 80, random.nextInt(3)))
                        .toList(),
                random.nextBoolean() ? Set.of() : leaving(net, listed),
                gates.get(VIPS.indexOf(vip)));
    }

    /** Those that are listed no more may go on for now. */
    private static Set<IpAddress> leaving(String net, int listed) {
        return IntStream.rangeClosed(listed + 1, 4)
                .mapToObj(i -> IpAddress.parse(net + i))
                .collect(Collectors.toSet());
    }

    private @Nullable NextHop someHop(RealServer server) {
        long mac = TestDirector.macOf(server.address());
        return switch (random.nextInt(12)) {
            case 0 -> null;
            case 1 -> NextHop.local(TestDirector.INTERFACE, 1_500);
            case 2 -> new NextHop(TestDirector.INTERFACE, mac ^ 0x100, OWN_MAC, 1_500);
            case 3 -> new NextHop(TestDirector.INTERFACE, mac, OWN_MAC, 700);
            case 4 -> new NextHop(TestDirector.INTERFACE + 1, mac, OWN_MAC, 1_500);
            default -> new NextHop(TestDirector.INTERFACE, mac, TestDirector.OUT_MAC, 1_500);
        };
    }

    private void moveServers() {
        List<VirtualService> services = List.copyOf(straight.table().services());
        if (services.isEmpty()) {
            return;
        }
        VirtualService service = services.get(random.nextInt(services.size()));
        int at = random.nextInt(service.realServers().size());
        NextHop next = someHop(service.realServers().get(at));
        both(director -> {
            VirtualService its = director.table().get(service.key());
            assertThat(its).isNotNull();
            its.realServers().get(at).moveTo(next);
        });
    }

    private void changeSettings() {
        DirectRouting routing = new DirectRouting(random.nextBoolean(), random.nextBoolean());
        DirectorSettings settings =
                new DirectorSettings(
                        routing, random.nextBoolean(), true, SloppyTcp.AUTO, random.nextInt(4));
        both(director -> director.director.onReplaceSettings(settings));
    }

    private void changeSomething() {
        switch (random.nextInt(14)) {
            case 0 -> replaceServices();
            case 1, 2 -> moveServers();
            case 3 -> changeSettings();
            case 4, 5, 6 -> gates.get(random.nextInt(gates.size())).open();
            case 7 -> gates.get(random.nextInt(gates.size())).close();
            case 8 -> {
                boolean full = random.nextInt(3) == 0;
                both(director -> director.out.full = full);
            }
            case 9 ->
                    both(director -> {
                        director.director.waysOut().remove(TestDirector.INTERFACE);
                        director.out.full = false;
                    });
            case 10 -> replaceRules();
            case 11, 12 ->
                    both(director ->
                            director.director.waysOut().put(TestDirector.INTERFACE, director.out));
            default -> {
                long millis = random.nextInt(40_000);
                both(director -> director.advanceMillis(millis));
            }
        }
    }

    /** A frame that mostly changes nothing: what goes straight must be seen to, too. */
    private void buildFrame() {
        IpAddress vip = VIPS.get(random.nextInt(VIPS.size()));
        int number = random.nextInt(CLIENTS);
        IpAddress client = IpAddress.parse((vip.isIpv4() ? "10.0.200." : "fd00:200::") + number);
        frame.timeToLive = random.nextInt(12) == 0 ? random.nextInt(3) : 64;
        if (random.nextInt(3) == 0) {
            frame.udp(client, 5_000, vip, 80, random.nextInt(10) == 0 ? 900 : 20);
        } else {
            frame.tcp(client, 5_000, vip, 80, FLAGS[random.nextInt(FLAGS.length)]);
        }
        switch (random.nextInt(40)) {
            case 0 -> Ethernet.putSource(frame.address(), OWN_MAC);
            case 1 -> Ethernet.putSource(frame.address(), 0x0206_0000_0000L | 0x0a00_ce01);
            case 2 -> Ethernet.putDestination(frame.address(), OWN_MAC);
            default -> {}
        }
    }

    /** Both rewrite what they are given, so each gets a copy of its own. */
    private void receiveInBoth(int step) {
        buildFrame();
        byte[] bytes = frame.bytes();
        Verdict expected = explained.receive(frame);
        Verdict verdict = straight.receive(frame.raw(bytes, bytes.length));
        assertThat(verdict).as("step %d, seed %d", step, SEED).isEqualTo(expected);
        assertThat(straight.out.frames.toArray(byte[][]::new))
                .as("step %d, seed %d", step, SEED)
                .isDeepEqualTo(explained.out.frames.toArray(byte[][]::new));
        assertThat(straight.back.frames.toArray(byte[][]::new))
                .as("step %d, seed %d", step, SEED)
                .isDeepEqualTo(explained.back.frames.toArray(byte[][]::new));
        forwarded += verdict == Verdict.FORWARDED ? 1 : 0;
    }

    private static List<Traffic> traffic(TestDirector director) {
        return director.table().services().stream()
                .flatMap(service ->
                        Stream.concat(
                                Stream.of(service.traffic()),
                                service.realServers().stream().map(RealServer::traffic)))
                .toList();
    }

    private static List<String> remembered(TestDirector director) {
        return director.liveConnections().stream()
                .map(connection ->
                        "%s %d %s at %s"
                                .formatted(
                                        connection.clientLow(),
                                        connection.protocol(),
                                        connection.state(),
                                        connection.server()))
                .sorted()
                .toList();
    }

    @Test
    void whatGoesStraightIsDecidedAsOnTheMainPath() {
        both(director -> director.director.onOwnMac(OWN_MAC));
        for (int step = 0; step < STEPS; step++) {
            if (random.nextInt(60) == 0) {
                changeSomething();
            }
            receiveInBoth(step);
            if (step % 500 == 0) {
                assertThat(traffic(straight)).isEqualTo(traffic(explained));
                assertThat(remembered(straight)).isEqualTo(remembered(explained));
            }
        }
        assertThat(straight.director.wentStraight())
                .as("frames that went straight, of %d", forwarded)
                .isGreaterThan(STEPS / 20);
        assertThat(explained.director.wentStraight()).isZero();
    }
}
