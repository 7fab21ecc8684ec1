package lb.core.scheduler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import lb.core.service.Flow;
import lb.core.service.RealServer;
import lb.core.service.Scheduler;
import lb.core.service.SchedulerProvider;
import org.jspecify.annotations.Nullable;

/**
 * {@code ketama}: a ring of points, many for each real server, on which a client belongs to the
 * next point (Karger et al., STOC 1997). When one leaves, only its own clients move, each to the
 * next point that is left. Computed from the flow and the list alone; shared by all workers.
 */
final class Ketama implements Scheduler {
    /** Points of a real server of average weight: this many, or up to twice as many. */
    private static final int POINTS = 160;

    private final List<RealServer> realServers;
    private final long[] points;
    private final RealServer[] owners;
    private final boolean withPort;

    private Ketama(List<RealServer> realServers, Set<String> flags) {
        this.realServers = realServers;
        List<Point> ring = ring(realServers);
        points = ring.stream().mapToLong(Point::at).toArray();
        owners = ring.stream().map(Point::owner).toArray(RealServer[]::new);
        withPort = flags.contains(Provider.PORT);
    }

    private record Point(long at, RealServer owner) {}

    /**
     * Points in proportion to the last weights above 0. The proportion changes by powers of two
     * only, and fewer points are the first ones of more: so a changed weight moves no more clients
     * than it must, unless the average weight doubles or halves.
     */
    private static List<Point> ring(List<RealServer> realServers) {
        long sum = 0;
        int weighted = 0;
        for (RealServer server : realServers) {
            sum += server.lastWeight();
            weighted += server.lastWeight() > 0 ? 1 : 0;
        }
        int average = weighted == 0 ? 1 : (int) (sum / weighted);
        int shift = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(average);
        List<Point> ring = new ArrayList<>();
        for (RealServer server : realServers) {
            long count = (long) server.lastWeight() * POINTS >> shift;
            for (long n = server.lastWeight() == 0 ? 1 : 0; n < Math.max(1, count); n++) {
                ring.add(new Point(point(server, n), server));
            }
        }
        ring.sort(
                Comparator.comparingLong(Point::at)
                        .thenComparing(point -> point.owner().address().toString()));
        return ring;
    }

    private static long point(RealServer server, long number) {
        return AddressHash.wide(AddressHash.seed(server), number, 0);
    }

    @Override
    public @Nullable RealServer select(Flow flow) {
        if (owners.length == 0) {
            return null;
        }
        int first = behind(HashFlags.wideKey(flow, withPort));
        RealServer next = owners[first];
        return next.isUsable() ? next : nextUsable(first);
    }

    private @Nullable RealServer nextUsable(int first) {
        // Not all the way round for nothing while none is usable.
        int steps = Weights.isAnyUsable(realServers) ? owners.length : 0;
        for (int step = 1; step < steps; step++) {
            RealServer owner = owners[(first + step) % owners.length];
            if (owner.isUsable()) {
                return owner;
            }
        }
        return null;
    }

    /** The first point at or behind {@code key}, or 0 behind the last. */
    private int behind(long key) {
        int low = 0;
        int high = points.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (points[middle] < key) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == points.length ? 0 : low;
    }

    /** Makes {@link Ketama} schedulers. */
    public static final class Provider implements SchedulerProvider {
        private static final String PORT = "ketama-port";

        @Override
        public String name() {
            return "ketama";
        }

        @Override
        public String description() {
            return "consistent hashing on a ring: only the clients of the one that leaves move; shares are rough";
        }

        @Override
        public Set<String> flags() {
            return Set.of(PORT);
        }

        @Override
        public boolean computable() {
            return true;
        }

        @Override
        public Scheduler create(List<RealServer> realServers, Set<String> flags) {
            return new Ketama(realServers, flags);
        }
    }
}
