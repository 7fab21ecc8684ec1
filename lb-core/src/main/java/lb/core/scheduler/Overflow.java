package lb.core.scheduler;

import java.util.List;
import java.util.Set;
import lb.core.service.Flow;
import lb.core.service.RealServer;
import lb.core.service.Scheduler;
import lb.core.service.SchedulerProvider;
import org.jspecify.annotations.Nullable;

/**
 * {@code ovf}: the greatest weight whose active connections do not exceed it. Owned by one worker.
 */
final class Overflow implements Scheduler {
    private final List<RealServer> realServers;

    private Overflow(List<RealServer> realServers) {
        this.realServers = realServers;
    }

    @Override
    public @Nullable RealServer select(Flow flow) {
        RealServer greatest = null;
        for (RealServer server : realServers) {
            if (server.isUsable()
                    && server.activeConnections() <= server.weight()
                    && (greatest == null || server.weight() > greatest.weight())) {
                greatest = server;
            }
        }
        return greatest;
    }

    /** Makes {@link Overflow} schedulers. */
    public static final class Provider implements SchedulerProvider {
        @Override
        public String name() {
            return "ovf";
        }

        @Override
        public String description() {
            return "overflow: the greatest weight until its active connections exceed it, then the next";
        }

        @Override
        public boolean mayRefuse() {
            return true;
        }

        @Override
        public Scheduler create(List<RealServer> realServers, Set<String> flags) {
            return new Overflow(realServers);
        }
    }
}
