package lb.core.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import lb.core.wire.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceTableTest {
    private static final long SEED = 205;
    private static final SchedulerRegistry REGISTRY =
            SchedulerRegistry.load(ServiceTableTest.class.getClassLoader());
    private static final ServiceKey WEB = key("10.0.205.100", 80);

    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

    private static ServiceKey key(String address, int port) {
        return new ServiceKey(IpAddress.parse(address), port, Protocol.TCP);
    }

    private static RealServerDefinition server(int last, int weight) {
        return new RealServerDefinition(IpAddress.parse("10.0.206." + last), 80, weight);
    }

    private static ServiceDefinition service(ServiceKey key, RealServerDefinition... servers) {
        return new ServiceDefinition(key, "rr", Set.of(), List.of(servers));
    }

    private static ServiceTable table(ServiceDefinition... services) {
        return ServiceTable.empty(2).replacedBy(List.of(services), REGISTRY);
    }

    private static ServiceTable next(ServiceTable table, ServiceDefinition... services) {
        return table.replacedBy(List.of(services), REGISTRY);
    }

    private ServiceKey randomKey() {
        IpAddress address =
                random.nextBoolean()
                        ? IpAddress.ofIpv4(0x0a000000 | random.nextInt(30))
                        : new IpAddress(0xfd00L << 48, random.nextInt(30));
        Protocol protocol = Protocol.values()[random.nextInt(3)];
        return new ServiceKey(address, random.nextInt(8), protocol);
    }

    private static VirtualService find(ServiceTable table, ServiceKey key) {
        return table.find(
                0,
                0,
                key.address().high(),
                key.address().low(),
                key.protocol().number(),
                key.port());
    }

    @Test
    void randomLookUpsAgreeWithAHashMap() {
        for (int size : new int[] {0, 1, 2, 3, 7, 100, 700}) {
            Map<ServiceKey, ServiceDefinition> model = new HashMap<>();
            while (model.size() < size) {
                ServiceKey key = randomKey();
                model.put(key, service(key));
            }
            ServiceTable table =
                    ServiceTable.empty(1).replacedBy(List.copyOf(model.values()), REGISTRY);
            for (int look = 0; look < 20_000; look++) {
                ServiceKey key = randomKey();
                ServiceDefinition exact = model.get(key);
                ServiceDefinition expected =
                        exact != null
                                ? exact
                                : model.get(new ServiceKey(key.address(), 0, key.protocol()));
                VirtualService found = find(table, key);
                assertThat(found == null ? null : found.definition())
                        .as("seed %d size %d %s", SEED, size, key)
                        .isEqualTo(expected);
                boolean isVip =
                        model.keySet().stream()
                                .anyMatch(known -> known.address().equals(key.address()));
                if (look < 500) {
                    assertThat(table.isServiceAddress(key.address().high(), key.address().low()))
                            .isEqualTo(isVip);
                }
            }
        }
    }

    @Test
    void portZeroTakesWhatNoOtherServiceOfItsAddressAndProtocolTakes() {
        ServiceKey all = key("10.0.205.100", 0);
        ServiceTable table = table(service(WEB), service(all));
        assertThat(find(table, WEB).key()).isEqualTo(WEB);
        assertThat(find(table, key("10.0.205.100", 81)).key()).isEqualTo(all);
        assertThat(find(table, key("10.0.205.101", 81))).isNull();
        assertThat(find(table, new ServiceKey(all.address(), 81, Protocol.UDP))).isNull();
    }

    @Test
    void whatStaysKeepsItsObjectsAndCountersAndWhatIsUnchangedStaysAsItIs() {
        ServiceDefinition other = service(key("10.0.205.101", 80), server(9, 1));
        ServiceTable before = table(service(WEB, server(1, 1), server(2, 1)), other);
        RealServer first = before.get(WEB).realServers().getFirst();
        first.connectionOpened(true);
        first.traffic(1).countPacket(100);
        before.get(WEB).traffic(0).countConnection();
        ServiceTable after = next(before, service(WEB, server(3, 1), server(1, 7)), other);
        assertThat(after.get(WEB).realServers())
                .extracting(RealServer::toString)
                .containsExactly("10.0.206.3:80", "10.0.206.1:80");
        assertThat(after.get(WEB).realServers().get(1)).isSameAs(first);
        assertThat(first.weight()).isEqualTo(7);
        assertThat(first.activeConnections()).isEqualTo(1);
        assertThat(first.traffic()).isEqualTo(new Traffic(0, 1, 100));
        assertThat(after.get(WEB).traffic()).isEqualTo(new Traffic(1, 0, 0));
        assertThat(after.get(other.key())).isSameAs(before.get(other.key()));
    }

    @Test
    void weightZeroKeepsTheLastWeight() {
        ServiceTable table = next(table(service(WEB, server(1, 5))), service(WEB, server(1, 0)));
        RealServer server = table.get(WEB).realServers().getFirst();
        assertThat(server.weight()).isZero();
        assertThat(server.lastWeight()).isEqualTo(5);
        assertThat(server.isUsable()).isFalse();
    }

    @Test
    void aRemovedServerWithConnectionsIsRetiredAndRevivedWhenItComesBack() {
        ServiceTable before = table(service(WEB, server(1, 1), server(2, 1)));
        RealServer busy = before.get(WEB).realServers().get(0);
        RealServer idle = before.get(WEB).realServers().get(1);
        busy.connectionOpened(true);
        ServiceTable without = next(before, service(WEB));
        assertThat(busy.isAvailable()).isFalse();
        assertThat(idle.isAvailable()).isFalse();
        assertThat(without.get(WEB).realServers()).isEmpty();
        assertThat(without.get(WEB).retired()).containsExactly(busy);
        ServiceTable still = next(without, service(WEB, server(3, 1)));
        assertThat(still.get(WEB).retired()).containsExactly(busy);
        ServiceTable back = next(still, service(WEB, server(1, 4), server(2, 1)));
        assertThat(back.get(WEB).realServers().get(0)).isSameAs(busy);
        assertThat(busy.isAvailable()).isTrue();
        assertThat(busy.weight()).isEqualTo(4);
        assertThat(back.get(WEB).realServers().get(1)).isNotSameAs(idle);
        assertThat(back.get(WEB).retired()).isEmpty();
    }

    @Test
    void aRetiredServerIsForgottenOnceItsConnectionsHaveEnded() {
        ServiceTable before = table(service(WEB, server(1, 1)));
        RealServer server = before.get(WEB).realServers().getFirst();
        server.connectionOpened(false);
        ServiceTable without = next(before, service(WEB));
        server.connectionClosed(false);
        assertThat(next(without, service(WEB, server(2, 1))).get(WEB).retired()).isEmpty();
    }

    @Test
    void aRemovedServerThatOnlyTemplatesNameIsRevivedToo() {
        ServiceTable before = table(service(WEB, server(1, 1)));
        RealServer server = before.get(WEB).realServers().getFirst();
        server.templateMade();
        ServiceTable back = next(next(before, service(WEB)), service(WEB, server(1, 1)));
        assertThat(back.get(WEB).realServers()).containsExactly(server);
    }

    @Test
    void removingAServiceMakesItsServersUnavailable() {
        ServiceTable before = table(service(WEB, server(1, 1)));
        next(before);
        assertThat(before.get(WEB).realServers().getFirst().isAvailable()).isFalse();
    }

    /** A plug-in whose providers are found beside ours, and whose scheduler cannot be made. */
    public static final class Failing implements SchedulerProvider {
        @Override
        public String name() {
            return "failing";
        }

        @Override
        public String description() {
            return "fails";
        }

        @Override
        public Scheduler create(List<RealServer> realServers, Set<String> flags) {
            throw new IllegalStateException("on purpose");
        }
    }

    @Test
    void aPlugInThatCannotMakeItsSchedulerLeavesTheWeightsAsTheyWere(@TempDir Path folder)
            throws Exception {
        Path named = folder.resolve("META-INF/services/" + SchedulerProvider.class.getName());
        Files.createDirectories(named.getParent());
        Files.writeString(named, Failing.class.getName());
        try (URLClassLoader loader =
                new URLClassLoader(
                        new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            SchedulerRegistry registry = SchedulerRegistry.load(loader);
            ServiceTable before = table(service(WEB, server(1, 5)));
            RealServer server = before.get(WEB).realServers().getFirst();
            List<ServiceDefinition> next =
                    List.of(
                            service(WEB, server(1, 9)),
                            new ServiceDefinition(
                                    key("10.0.205.101", 80),
                                    "failing",
                                    Set.of(),
                                    List.of(server(2, 1))));
            assertThatThrownBy(() -> before.replacedBy(next, registry))
                    .hasMessageContaining("on purpose");
            assertThat(server.weight()).isEqualTo(5);
            assertThat(server.isAvailable()).isTrue();
        }
    }

    @Test
    void aRefusedTableChangesNothing() {
        ServiceTable before = table(service(WEB, server(1, 1)));
        RealServer server = before.get(WEB).realServers().getFirst();
        ServiceKey other = key("10.0.205.101", 80);
        ServiceDefinition changed = service(WEB, server(1, 9));
        List<List<ServiceDefinition>> refused =
                List.of(
                        List.of(changed, new ServiceDefinition(other, "none", Set.of(), List.of())),
                        List.of(
                                changed,
                                new ServiceDefinition(other, "mh", Set.of("sh-port"), List.of())),
                        List.of(changed, service(other), service(other)),
                        List.of(service(WEB), service(WEB, server(1, 2))));
        List<String> messages =
                List.of(
                        ": there is no scheduler 'none'; known are ",
                        "the scheduler 'mh' does not know the flag 'sh-port'",
                        "TCP 10.0.205.101:80 is defined twice",
                        "TCP 10.0.205.100:80 is defined twice");
        for (int i = 0; i < refused.size(); i++) {
            List<ServiceDefinition> definitions = refused.get(i);
            assertThatThrownBy(() -> before.replacedBy(definitions, REGISTRY))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(messages.get(i));
            assertThat(server.weight()).isEqualTo(1);
            assertThat(server.isAvailable()).isTrue();
        }
    }

    @Test
    void definitionsRefuseWhatContradictsItself() {
        assertThatThrownBy(() -> service(WEB, server(1, 1), server(1, 2)))
                .hasMessageContaining("TCP 10.0.205.100:80 has the real server 10.0.206.1 twice");
        assertThatThrownBy(() -> server(1, 65_536))
                .hasMessageContaining("weight 65536 is not in 0..65535");
        assertThatThrownBy(() -> server(1, -1)).hasMessageContaining("weight -1");
        assertThatThrownBy(() -> key("10.0.205.100", 65_536)).hasMessageContaining("port 65536");
        assertThatThrownBy(() -> new RealServerDefinition(WEB.address(), 80, 1, 5, 6))
                .hasMessageContaining("lower threshold 6 is above the upper threshold 5");
    }

    @Test
    void thresholdsCloseAServerAndOpenItAgain() {
        for (int lower : new int[] {0, 5}) {
            RealServerDefinition definition =
                    new RealServerDefinition(IpAddress.parse("10.0.206.1"), 80, 1, 8, lower);
            RealServer server = table(service(WEB, definition)).get(WEB).realServers().getFirst();
            List<Boolean> usable = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                usable.add(server.isUsable());
                server.connectionOpened(i % 2 == 0);
            }
            assertThat(usable).doesNotContain(false);
            assertThat(server.isUsable()).isFalse();
            // Without a lower threshold it opens below three quarters of 8: at 5. With 5 it opens
            // at 4.
            int opensAt = lower == 0 ? 5 : 4;
            for (int left = 7; left >= 0; left--) {
                server.connectionClosed(left % 2 == 0);
                assertThat(server.isUsable())
                        .as("lower %d, %d left", lower, left)
                        .isEqualTo(left <= opensAt);
            }
        }
    }
}
