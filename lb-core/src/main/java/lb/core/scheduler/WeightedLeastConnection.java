package lb.core.scheduler;

import java.util.List;
import java.util.Set;
import lb.core.service.Flow;
import lb.core.service.RealServer;
import lb.core.service.Scheduler;
import lb.core.service.SchedulerProvider;
import org.jspecify.annotations.Nullable;

/** {@code wlc}: the smallest load per weight. Owned by one worker. */
final class WeightedLeastConnection implements Scheduler {
    private final List<RealServer> realServers;

    private WeightedLeastConnection(List<RealServer> realServers) {
        this.realServers = realServers;
    }

    @Override
    public @Nullable RealServer select(Flow flow) {
        RealServer least = null;
        for (RealServer server : realServers) {
            if (server.isUsable() && (least == null || isLighter(server, least))) {
                least = server;
            }
        }
        return least;
    }

    /** Loads per weight are compared by multiplying crosswise: no division, no rounding. */
    private static boolean isLighter(RealServer server, RealServer than) {
        return server.overhead() * than.weight() < than.overhead() * server.weight();
    }

    /** Makes {@link WeightedLeastConnection} schedulers. */
    public static final class Provider implements SchedulerProvider {
        @Override
        public String name() {
            return "wlc";
        }

        @Override
        public String description() {
            return "weighted least connections: the smallest load per weight";
        }

        @Override
        public Scheduler create(List<RealServer> realServers, Set<String> flags) {
            return new WeightedLeastConnection(realServers);
        }
    }
}
