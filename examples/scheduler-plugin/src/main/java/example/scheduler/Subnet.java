package example.scheduler;

import java.util.List;
import lb.core.service.Flow;
import lb.core.service.RealServer;
import lb.core.service.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * {@code subnet}: clients of one network share a real server, so that what it caches for one of
 * them serves the others. Each real server draws a lot for the network, and the highest wins; so
 * only the networks of one that leaves move. Weights count only as "0 or not". No state; any
 * thread.
 */
final class Subnet implements Scheduler {
    private static final long MAPPED_IPV4 = 0xffffL;

    private final List<RealServer> realServers;
    private final int prefix;

    Subnet(List<RealServer> realServers, int prefix) {
        this.realServers = realServers;
        this.prefix = prefix;
    }

    @Override
    public @Nullable RealServer select(Flow flow) {
        long network = network(flow);
        RealServer best = null;
        long highest = 0;
        for (RealServer server : realServers) {
            if (server.isUsable()) {
                long lot = lot(network, server);
                if (best == null || lot > highest) {
                    best = server;
                    highest = lot;
                }
            }
        }
        return best;
    }

    /** The leading bits of an IPv4 client, or the upper half of an IPv6 client. */
    private long network(Flow flow) {
        boolean ipv4 = flow.clientHigh() == 0 && flow.clientLow() >>> 32 == MAPPED_IPV4;
        int host = Math.min(63, 32 - prefix);
        return ipv4 ? flow.clientLow() >>> host << host : flow.clientHigh();
    }

    private static long lot(long network, RealServer server) {
        return mixed(network ^ mixed(server.address().high() + 31 * server.address().low()));
    }

    private static long mixed(long bits) {
        long once = (bits ^ bits >>> 33) * 0xff51_afd7_ed55_8ccdL;
        long twice = (once ^ once >>> 33) * 0xc4ce_b9fe_1a85_ec53L;
        return twice ^ twice >>> 33;
    }
}
