package example.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import lb.core.service.Flow;
import lb.core.service.Protocol;
import lb.core.service.RealServer;
import lb.core.service.RealServerDefinition;
import lb.core.service.SchedulerRegistry;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceKey;
import lb.core.service.ServiceTable;
import lb.core.wire.IpAddress;
import org.junit.jupiter.api.Test;

class SubnetTest {
    private static final ServiceKey KEY =
            new ServiceKey(IpAddress.parse("10.0.205.100"), 80, Protocol.TCP);

    private record Client(long clientHigh, long clientLow) implements Flow {
        static Client of(String address) {
            IpAddress ip = IpAddress.parse(address);
            return new Client(ip.high(), ip.low());
        }

        @Override
        public int clientPort() {
            return 40_000;
        }

        @Override
        public long serviceHigh() {
            return KEY.address().high();
        }

        @Override
        public long serviceLow() {
            return KEY.address().low();
        }

        @Override
        public int servicePort() {
            return KEY.port();
        }
    }

    /** Through the registry, as lb finds it. */
    private static RealServer choose(String client, Set<String> flags, int... weights) {
        SchedulerRegistry registry = SchedulerRegistry.load(SubnetTest.class.getClassLoader());
        List<RealServerDefinition> servers =
                IntStream.range(0, weights.length)
                        .mapToObj(i ->
                                new RealServerDefinition(
                                        IpAddress.parse("10.0.206." + (i + 1)), 80, weights[i]))
                        .toList();
        return ServiceTable.empty(1)
                .replacedBy(List.of(new ServiceDefinition(KEY, "subnet", flags, servers)), registry)
                .get(KEY)
                .scheduler(0)
                .select(Client.of(client));
    }

    private static String server(String client, int... weights) {
        return choose(client, Set.of(), weights).toString();
    }

    @Test
    void clientsOfOneNetworkShareARealServerAndNetworksAreSpread() {
        Set<String> seen = new HashSet<>();
        for (int network = 0; network < 60; network++) {
            String first = server("192.168." + network + ".1", 1, 1, 1);
            assertThat(server("192.168." + network + ".254", 1, 1, 1)).isEqualTo(first);
            seen.add(first);
        }
        assertThat(seen).hasSize(3);
        assertThat(server("2001:db8::1", 1, 1, 1)).isEqualTo(server("2001:db8::ffff", 1, 1, 1));
    }

    @Test
    void theWidthOfANetworkIsAnOption() {
        Set<String> all = Set.of("prefix=0");
        assertThat(choose("10.0.0.1", all, 1, 1, 1).toString())
                .isEqualTo(choose("192.168.7.1", all, 1, 1, 1).toString());
    }

    @Test
    void onlyTheNetworksOfADrainedRealServerMove() {
        for (int network = 0; network < 60; network++) {
            String client = "192.168." + network + ".1";
            String before = server(client, 1, 1, 1);
            String after = server(client, 1, 0, 1);
            assertThat(after).isNotEqualTo("10.0.206.2:80");
            if (!before.equals("10.0.206.2:80")) {
                assertThat(after).isEqualTo(before);
            }
        }
        assertThat(choose("10.0.0.1", Set.of(), 0, 0)).isNull();
    }
}
