package lb.bench.jmh;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import lb.core.service.NextHop;
import lb.core.service.Protocol;
import lb.core.service.RealServer;
import lb.core.service.RealServerDefinition;
import lb.core.service.SchedulerRegistry;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceKey;
import lb.core.service.ServiceTable;
import lb.core.service.VirtualService;
import lb.core.wire.IpAddress;

/**
 * Builds the one virtual service of a benchmark, with real servers that are all resolved.
 * Stateless; any thread.
 */
final class BenchServices {
    static final int INTERFACE = 7;
    static final SchedulerRegistry REGISTRY =
            SchedulerRegistry.load(BenchServices.class.getClassLoader());

    private static final long OUT_MAC = 0x02_00_00_00_00_03L;
    private static final long FIRST_SERVER_MAC = 0x02_06_00_00_00_00L;
    private static final int FIRST_SERVER = 10 << 24 | 206 << 16;
    private static final int MTU = 1500;
    private static final ServiceKey KEY =
            new ServiceKey(IpAddress.ofIpv4(ClientFrames.VIP), ClientFrames.PORT, Protocol.TCP);

    private BenchServices() {}

    /** A table for one worker; weights are 1 to 4 in turn. */
    static ServiceTable table(String scheduler, int realServers) {
        List<RealServerDefinition> servers = new ArrayList<>();
        for (int i = 0; i < realServers; i++) {
            IpAddress address = IpAddress.ofIpv4(FIRST_SERVER + i + 1);
            servers.add(new RealServerDefinition(address, ClientFrames.PORT, 1 + i % 4));
        }
        ServiceTable table =
                ServiceTable.empty(1)
                        .replacedBy(
                                List.of(new ServiceDefinition(KEY, scheduler, Set.of(), servers)),
                                REGISTRY);
        for (RealServer server : service(table).realServers()) {
            long mac = FIRST_SERVER_MAC + server.address().ipv4();
            server.moveTo(new NextHop(INTERFACE, mac, OUT_MAC, MTU));
        }
        return table;
    }

    /** Its one service. */
    static VirtualService service(ServiceTable table) {
        return table.services().iterator().next();
    }
}
