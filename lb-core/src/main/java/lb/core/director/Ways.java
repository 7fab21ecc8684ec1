package lb.core.director;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import lb.core.channel.FrameSink;
import lb.core.forward.WaysOut;
import lb.core.service.NextHop;
import lb.core.service.RealServer;
import lb.core.service.Revision;
import lb.core.service.VirtualService;
import org.jspecify.annotations.Nullable;

/**
 * The ways that frames went under the last revision that one was decided in. A connection remembers
 * the place of its own, as a number: so it keeps nothing alive that was replaced. Owned by one
 * worker.
 */
final class Ways {
    /** Stands for no way. */
    static final long NO_PLACE = 0;

    private static final int FIRST_CAPACITY = 64;

    private final int worker;
    private final WaysOut waysOut;
    private int revision;
    private Way[] ways = {};
    private int size;
    private Map<RealServer, Way> byServer = new HashMap<>();

    Ways(int worker, WaysOut waysOut) {
        this.worker = worker;
        this.waysOut = waysOut;
    }

    /** Whether frames may go the way at a place again. */
    boolean isCurrent(long place) {
        return Revision.isCurrent((int) (place >>> 32));
    }

    /** Ways that are known; for tests of their bound. */
    int size() {
        return size;
    }

    /** The way at a place that is current. */
    Way at(long place) {
        return ways[(int) place];
    }

    /**
     * The place of the way that a frame has just gone.
     *
     * @param decidedIn the revision before it was decided
     * @return {@link #NO_PLACE} when each frame has to be looked at: those that this host takes
     *     itself, and those to what has just gone
     */
    long place(VirtualService service, RealServer server, int decidedIn) {
        NextHop next = server.nextHop();
        FrameSink out = next == null ? null : waysOut.find(next.interfaceIndex());
        if (next == null || next.isLocal() || out == null) {
            return NO_PLACE;
        }
        if (decidedIn != revision) {
            revision = decidedIn;
            ways = new Way[FIRST_CAPACITY];
            size = 0;
            byServer = new HashMap<>();
        }
        Way known = find(service, server);
        return (known != null ? known : add(service, server, next, out)).place();
    }

    /** A connection keeps its real server also when its packets come to be for another service. */
    @SuppressWarnings("ReferenceEquality") // the very version of the service that counts
    private @Nullable Way find(VirtualService service, RealServer server) {
        Way way = byServer.get(server);
        while (way != null && way.service() != service) {
            way = way.sibling();
        }
        return way;
    }

    private Way add(VirtualService service, RealServer server, NextHop next, FrameSink out) {
        if (size == ways.length) {
            ways = Arrays.copyOf(ways, size * 2);
        }
        Way way =
                new Way(
                        service,
                        byServer.get(server),
                        (long) revision << 32 | size,
                        next.mac(),
                        next.sourceMac(),
                        next.mtu(),
                        out,
                        service.traffic(worker),
                        server.traffic(worker));
        ways[size++] = way;
        byServer.put(server, way);
        return way;
    }
}
