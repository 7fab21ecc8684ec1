package lb.core.scheduler;

import java.util.List;
import java.util.Set;
import lb.core.service.Flow;
import lb.core.service.RealServer;
import lb.core.service.Scheduler;
import lb.core.service.SchedulerProvider;
import org.jspecify.annotations.Nullable;

/**
 * {@code nq}: an idle real server if there is one, else the shortest expected delay. Owned by one
 * worker.
 */
final class NeverQueue implements Scheduler {
    private final List<RealServer> realServers;

    private NeverQueue(List<RealServer> realServers) {
        this.realServers = realServers;
    }

    @Override
    public @Nullable RealServer select(Flow flow) {
        for (RealServer server : realServers) {
            if (server.isUsable() && server.activeConnections() == 0) {
                return server;
            }
        }
        return ShortestExpectedDelay.shortest(realServers);
    }

    /** Makes {@link NeverQueue} schedulers. */
    public static final class Provider implements SchedulerProvider {
        @Override
        public String name() {
            return "nq";
        }

        @Override
        public String description() {
            return "never queue: an idle real server if there is one, else as sed";
        }

        @Override
        public Scheduler create(List<RealServer> realServers, Set<String> flags) {
            return new NeverQueue(realServers);
        }
    }
}
