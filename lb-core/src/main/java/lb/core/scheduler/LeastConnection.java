package lb.core.scheduler;

import java.util.List;
import java.util.Set;
import lb.core.service.Flow;
import lb.core.service.RealServer;
import lb.core.service.Scheduler;
import lb.core.service.SchedulerProvider;
import org.jspecify.annotations.Nullable;

/**
 * {@code lc}: the smallest load, an active connection counting as 256 inactive ones; of the weight
 * only "0 or not" counts. Owned by one worker.
 */
final class LeastConnection implements Scheduler {
    private final List<RealServer> realServers;

    private LeastConnection(List<RealServer> realServers) {
        this.realServers = realServers;
    }

    @Override
    public @Nullable RealServer select(Flow flow) {
        RealServer least = null;
        for (RealServer server : realServers) {
            if (server.isUsable() && (least == null || server.overhead() < least.overhead())) {
                least = server;
            }
        }
        return least;
    }

    /** Makes {@link LeastConnection} schedulers. */
    public static final class Provider implements SchedulerProvider {
        @Override
        public String name() {
            return "lc";
        }

        @Override
        public String description() {
            return "least connections: the real server with the smallest load";
        }

        @Override
        public Scheduler create(List<RealServer> realServers, Set<String> flags) {
            return new LeastConnection(realServers);
        }
    }
}
