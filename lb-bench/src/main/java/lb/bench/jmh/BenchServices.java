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
 * Builds the virtual services of a benchmark, with real servers that are all resolved. Stateless;
 * any thread.
 */
final class BenchServices {
    static final int INTERFACE = 7;
    static final SchedulerRegistry REGISTRY =
            SchedulerRegistry.load(BenchServices.class.getClassLoader());

    private static final long OUT_MAC = 0x02_00_00_00_00_03L;
    private static final long FIRST_SERVER_MAC = 0x02_06_00_00_00_00L;
    private static final int FIRST_SERVER = 10 << 24 | 206 << 16;
    private static final int MTU = 1500;

    private BenchServices() {}

    /** A table for one worker with one service of IPv4. */
    static ServiceTable table(String scheduler, int realServers) {
        return table(scheduler, 1, realServers);
    }

    /** A table for one worker; each service has its own address and its own real servers. */
    static ServiceTable table(String scheduler, int services, int realServers) {
        List<ServiceDefinition> definitions = new ArrayList<>();
        for (int i = 0; i < services; i++) {
            definitions.add(
                    definition(
                            IpAddress.ofIpv4(ClientFrames.VIP + i),
                            scheduler,
                            servers(i * realServers, realServers, false)));
        }
        return table(definitions);
    }

    /** A table for one worker with one service of IPv6. */
    static ServiceTable ipv6Table(String scheduler, int realServers) {
        return table(
                List.of(
                        definition(
                                ClientFrames.IPV6_VIP, scheduler, servers(0, realServers, true))));
    }

    private static ServiceDefinition definition(
            IpAddress vip, String scheduler, List<RealServerDefinition> servers) {
        ServiceKey key = new ServiceKey(vip, ClientFrames.PORT, Protocol.TCP);
        return new ServiceDefinition(key, scheduler, Set.of(), servers);
    }

    /** Weights are 100 to 400 in turn. */
    private static List<RealServerDefinition> servers(int first, int count, boolean ipv6) {
        List<RealServerDefinition> servers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            IpAddress address = IpAddress.ofIpv4(FIRST_SERVER + first + i + 1);
            if (ipv6) {
                address = new IpAddress(ClientFrames.IPV6_VIP.high(), address.ipv4());
            }
            servers.add(new RealServerDefinition(address, ClientFrames.PORT, (1 + i % 4) * 100));
        }
        return servers;
    }

    private static ServiceTable table(List<ServiceDefinition> definitions) {
        ServiceTable table = ServiceTable.empty(1).replacedBy(definitions, REGISTRY);
        for (VirtualService service : table.services()) {
            for (RealServer server : service.realServers()) {
                long mac = FIRST_SERVER_MAC + (server.address().ipv4() & 0xffff_ffffL);
                server.moveTo(new NextHop(INTERFACE, mac, OUT_MAC, MTU));
            }
        }
        return table;
    }

    /** Its one service. */
    static VirtualService service(ServiceTable table) {
        return table.services().iterator().next();
    }
}
