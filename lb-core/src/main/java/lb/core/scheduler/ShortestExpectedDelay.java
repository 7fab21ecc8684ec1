package lb.core.scheduler;

import java.util.List;
import java.util.Set;
import lb.core.service.Flow;
import lb.core.service.RealServer;
import lb.core.service.Scheduler;
import lb.core.service.SchedulerProvider;
import org.jspecify.annotations.Nullable;

/**
 * {@code sed}: the smallest number of active connections, the new one included, per weight. Owned
 * by one worker.
 */
final class ShortestExpectedDelay implements Scheduler {
    private final List<RealServer> realServers;

    private ShortestExpectedDelay(List<RealServer> realServers) {
        this.realServers = realServers;
    }

    @Override
    public @Nullable RealServer select(Flow flow) {
        return shortest(realServers);
    }

    static @Nullable RealServer shortest(List<RealServer> realServers) {
        RealServer shortest = null;
        for (RealServer server : realServers) {
            if (server.isUsable() && (shortest == null || isShorter(server, shortest))) {
                shortest = server;
            }
        }
        return shortest;
    }

    private static boolean isShorter(RealServer server, RealServer than) {
        return (server.activeConnections() + 1L) * than.weight()
                < (than.activeConnections() + 1L) * server.weight();
    }

    /** Makes {@link ShortestExpectedDelay} schedulers. */
    public static final class Provider implements SchedulerProvider {
        @Override
        public String name() {
            return "sed";
        }

        @Override
        public String description() {
            return "shortest expected delay: the smallest load per weight with the new connection in it";
        }

        @Override
        public Scheduler create(List<RealServer> realServers, Set<String> flags) {
            return new ShortestExpectedDelay(realServers);
        }
    }
}
