package lb.core.director;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import lb.core.connection.Connection;
import lb.core.service.ClassifierRule;
import lb.core.service.Gate;
import lb.core.service.Network;
import lb.core.service.Persistence;
import lb.core.service.Protocol;
import lb.core.service.RealServerDefinition;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceKey;
import lb.core.wire.IpAddress;
import lb.core.wire.Tcp;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Services that are found by the mark that the classifier gives. */
class MarkTest {
    private static final IpAddress VIP = IpAddress.parse("10.9.0.100");
    private static final IpAddress OTHER_VIP = IpAddress.parse("10.9.0.101");
    private static final Network EVERYWHERE = new Network(IpAddress.ofIpv4(0), 0);
    private static final ServiceKey SHOP = ServiceKey.ofMark(1, true);
    private static final Persistence STICKY = new Persistence(300, 32);

    private final TestDirector test = new TestDirector(DirectorSettings.DEFAULT);
    private final FrameBuilder frame = new FrameBuilder();

    private static IpAddress client(int number) {
        return IpAddress.ofIpv4(0x0a00c800 + number);
    }

    private static ClassifierRule rule(
            int mark, Network source, IpAddress vip, @Nullable Protocol protocol, int port) {
        return new ClassifierRule(mark, source, vip, protocol, port, port, Gate.ALWAYS_OPEN);
    }

    private static ServiceDefinition service(ServiceKey key, Persistence persistence, int first) {
        List<RealServerDefinition> servers = new ArrayList<>();
        for (int i = first; i < first + 3; i++) {
            servers.add(new RealServerDefinition(IpAddress.parse("10.0.206." + i), key.port(), 1));
        }
        return new ServiceDefinition(key, "rr", Set.of(), persistence, false, servers);
    }

    private @Nullable IpAddress open(IpAddress from, int port, IpAddress vip, int to) {
        test.receive(frame.tcp(from, port, vip, to, Tcp.SYN));
        return test.lastServer();
    }

    @Test
    void aClientStaysAtOneRealServerOverPortsProtocolsAndVips() {
        test.rules =
                List.of(
                        rule(1, EVERYWHERE, VIP, Protocol.TCP, 80),
                        rule(1, EVERYWHERE, VIP, Protocol.TCP, 443),
                        rule(1, EVERYWHERE, VIP, Protocol.UDP, 443),
                        rule(1, EVERYWHERE, OTHER_VIP, null, 443));
        test.replace(List.of(service(SHOP, STICKY, 1)));
        Set<IpAddress> used = new HashSet<>();
        for (int i = 0; i < 30; i++) {
            IpAddress home = open(client(i), 40_000, VIP, 80);
            assertThat(home).isNotNull();
            assertThat(open(client(i), 40_001, VIP, 443)).isEqualTo(home);
            assertThat(open(client(i), 40_002, OTHER_VIP, 443)).isEqualTo(home);
            assertThat(test.receive(frame.udp(client(i), 40_003, VIP, 443, 20)))
                    .isEqualTo(Verdict.FORWARDED);
            assertThat(test.lastServer()).isEqualTo(home);
            used.add(home);
        }
        assertThat(used).hasSize(3);
        assertThat(test.receive(frame.tcp(client(1), 40_004, VIP, 22, Tcp.SYN)))
                .as("a port that no rule names")
                .isEqualTo(Verdict.NO_SERVICE);
        List<Connection> templates =
                test.liveConnections().stream().filter(Connection::isTemplate).toList();
        assertThat(templates).as("one for each client").hasSize(30);
        assertThat(templates)
                .allSatisfy(template -> {
                    assertThat(template.protocol()).isZero();
                    assertThat(template.servicePort()).isZero();
                    assertThat(new IpAddress(template.serviceHigh(), template.serviceLow()))
                            .as("the mark, as the kernel lists it")
                            .isEqualTo(IpAddress.parse("0.0.0.1"));
                });
    }

    @Test
    void theMarkComesBeforeTheServiceOfAddressAndPort() {
        Network office = new Network(IpAddress.parse("10.0.200.0"), 24);
        test.rules = List.of(rule(1, office, VIP, Protocol.TCP, 80));
        ServiceKey web = TestDirector.tcp("10.9.0.100", 80);
        test.replace(List.of(service(web, Persistence.NONE, 11), service(SHOP, STICKY, 1)));
        assertThat(open(client(7), 40_000, VIP, 80).toString()).matches("10.0.206.[123]");
        assertThat(open(IpAddress.parse("10.0.201.7"), 40_000, VIP, 80).toString())
                .matches("10.0.206.1[123]");
    }

    @Test
    void aMarkWithoutServiceLeavesThePacketToItsPort() {
        test.rules = List.of(rule(9, EVERYWHERE, VIP, null, 80));
        ServiceKey web = TestDirector.tcp("10.9.0.100", 80);
        test.replace(List.of(service(web, Persistence.NONE, 11), service(SHOP, STICKY, 1)));
        assertThat(open(client(7), 40_000, VIP, 80).toString()).matches("10.0.206.1[123]");
        assertThat(test.table().addresses()).containsExactly(VIP);
    }

    @Test
    void marksOfBothFamiliesAreTwoServices() {
        IpAddress vip6 = IpAddress.parse("fd00:9::100");
        Network all6 = new Network(IpAddress.parse("::"), 0);
        ServiceKey shop6 = ServiceKey.ofMark(1, false);
        assertThat(shop6).isNotEqualTo(SHOP).hasToString("FWM 1 IPv6");
        test.rules =
                List.of(
                        rule(1, EVERYWHERE, VIP, Protocol.TCP, 80),
                        rule(1, all6, vip6, Protocol.TCP, 80));
        test.replace(List.of(service(SHOP, STICKY, 1)));
        IpAddress client6 = IpAddress.parse("fd00:200::1");
        assertThat(test.receive(frame.tcp(client6, 40_000, vip6, 80, Tcp.SYN)))
                .isEqualTo(Verdict.NO_SERVICE);
        assertThat(test.table().addresses()).containsExactly(VIP);
        test.replace(List.of(service(shop6, STICKY, 1)));
        assertThat(test.receive(frame.tcp(client6, 40_000, vip6, 80, Tcp.SYN)))
                .isEqualTo(Verdict.FORWARDED);
        assertThat(test.receive(frame.tcp(client(1), 40_000, VIP, 80, Tcp.SYN)))
                .isEqualTo(Verdict.NO_SERVICE);
    }

    @Test
    void eachVipHasItsOwnGate() {
        Gate gate = Gate.closed();
        test.rules =
                List.of(
                        new ClassifierRule(1, EVERYWHERE, VIP, null, 0, 65_535, gate),
                        rule(1, EVERYWHERE, OTHER_VIP, null, 80));
        test.replace(List.of(service(SHOP, STICKY, 1)));
        assertThat(test.receive(frame.tcp(client(1), 40_000, VIP, 80, Tcp.SYN)))
                .isEqualTo(Verdict.GATE_CLOSED);
        assertThat(open(client(1), 40_000, OTHER_VIP, 80)).isNotNull();
        gate.open();
        assertThat(open(client(1), 40_000, VIP, 80)).isNotNull();
    }

    /** The model looks at all rules one after the other. */
    @Test
    void randomRulesGiveTheServiceThatAPlainSearchGives() {
        Random random = new Random(99);
        for (int round = 0; round < 60; round++) {
            List<ClassifierRule> rules = new ArrayList<>();
            for (int i = random.nextInt(1, 25); i > 0; i--) {
                int first = random.nextInt(1, 8);
                rules.add(
                        new ClassifierRule(
                                random.nextInt(1, 4),
                                new Network(randomClient(random), random.nextInt(33)),
                                randomVip(random),
                                random.nextBoolean() ? null : Protocol.values()[random.nextInt(2)],
                                first,
                                random.nextInt(first, 9),
                                Gate.ALWAYS_OPEN));
            }
            test.rules = rules;
            test.replace(
                    List.of(
                            service(ServiceKey.ofMark(1, true), Persistence.NONE, 1),
                            service(ServiceKey.ofMark(2, true), Persistence.NONE, 11)));
            for (int i = 0; i < 300; i++) {
                ask(rules, random, round);
            }
        }
        assertThat(asked.values()).allMatch(count -> count > 500);
        assertThat(asked).hasSize(3);
    }

    private final Map<String, Integer> asked = new HashMap<>();
    private int clientPort = 1_024;

    private void ask(List<ClassifierRule> rules, Random random, int round) {
        IpAddress from = randomClient(random);
        IpAddress to = randomVip(random);
        int port = random.nextInt(10);
        boolean udp = random.nextBoolean();
        clientPort++;
        int mark = 0;
        for (ClassifierRule rule : rules.reversed()) {
            int shift = 32 - rule.source().prefixLength();
            long difference = (from.low() ^ rule.source().address().low()) & 0xffff_ffffL;
            if (rule.destination().equals(to)
                    && (rule.protocol() == null || (rule.protocol() == Protocol.UDP) == udp)
                    && port >= rule.firstPort()
                    && port <= rule.lastPort()
                    && difference >>> shift == 0) {
                mark = rule.mark();
            }
        }
        if (udp) {
            test.receive(frame.udp(from, clientPort, to, port, 8));
        } else {
            test.receive(frame.tcp(from, clientPort, to, port, Tcp.SYN));
        }
        IpAddress server = test.lastServer();
        String expected = mark == 1 ? "[123]" : mark == 2 ? "1[123]" : "none";
        String found = server == null ? "none" : server.toString().substring("10.0.206.".length());
        asked.merge(expected, 1, Integer::sum);
        assertThat(found)
                .as("seed 99, round %d: %s to %s:%d", round, from, to, port)
                .matches(expected);
    }

    private static IpAddress randomClient(Random random) {
        return IpAddress.ofIpv4(0x0a000000 | random.nextInt(4) << 16 | random.nextInt(1, 4));
    }

    private static IpAddress randomVip(Random random) {
        return IpAddress.ofIpv4(0x0a090064 + random.nextInt(4));
    }
}
