package lb.core.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import lb.core.wire.IpAddress;

/**
 * One service whose real servers are 10.0.206.n; weights can be changed, as an operator changes
 * them.
 */
public final class TestServers {
    public static final SchedulerRegistry REGISTRY =
            SchedulerRegistry.load(TestServers.class.getClassLoader());
    private static final ServiceKey KEY =
            new ServiceKey(IpAddress.parse("10.0.205.100"), 80, Protocol.TCP);

    private final String scheduler;
    private final Set<String> flags;
    private ServiceTable table = ServiceTable.empty(1);

    public TestServers(String scheduler, String... flags) {
        this.scheduler = scheduler;
        this.flags = Set.of(flags);
    }

    /**
     * Real servers 1, 2, 3, … with these weights; a negative one stands for a server that is not
     * there.
     */
    public TestServers weights(int... weights) {
        List<RealServerDefinition> definitions = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] >= 0) {
                IpAddress address = IpAddress.ofIpv4(0x0a00ce00 + i + 1);
                definitions.add(new RealServerDefinition(address, 80, weights[i], 0, 0));
            }
        }
        return define(definitions);
    }

    public TestServers define(List<RealServerDefinition> definitions) {
        table =
                table.replacedBy(
                        List.of(new ServiceDefinition(KEY, scheduler, flags, definitions)),
                        REGISTRY);
        service().continueFromPredecessor(0);
        return this;
    }

    private VirtualService service() {
        return table.get(KEY);
    }

    /** The scheduler's slots. */
    public SlotTable slots() {
        return (SlotTable) service().scheduler(0);
    }

    /** What an operator is warned of. */
    public List<String> warnings() {
        return service().warnings();
    }

    /** In the order in which the scheduler sees them: the last one first. */
    public List<RealServer> newestFirst() {
        return service().realServers().reversed();
    }

    /** Real server number {@code n}, from 1 on. */
    public RealServer get(int n) {
        return service().realServers().stream()
                .filter(server -> server.address().ipv4() == 0x0a00ce00 + n)
                .findFirst()
                .orElseThrow();
    }

    public RealServer select(Flow flow) {
        return service().scheduler(0).select(flow);
    }

    /** The number of the real server chosen for a client, or 0. */
    public int select(int client) {
        RealServer chosen = select(flow(client));
        return chosen == null ? 0 : chosen.address().ipv4() - 0x0a00ce00;
    }

    /** A flow from IPv4 address {@code client}, port 40,000. */
    public static Flow flow(int client) {
        return new TestClient(IpAddress.ofIpv4(client), 40_000);
    }

    private record TestClient(IpAddress address, int clientPort) implements Flow {
        @Override
        public long clientHigh() {
            return address.high();
        }

        @Override
        public long clientLow() {
            return address.low();
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
}
