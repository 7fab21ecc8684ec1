package lb.core.scheduler;

import java.util.List;
import java.util.Set;
import lb.core.service.Flow;
import lb.core.service.RealServer;
import lb.core.service.Scheduler;
import lb.core.service.SchedulerProvider;
import org.jspecify.annotations.Nullable;

/** {@code fo}: the usable real server with the greatest weight. Owned by one worker. */
final class Failover implements Scheduler {
    private final List<RealServer> realServers;

    private Failover(List<RealServer> realServers) {
        this.realServers = realServers;
    }

    @Override
    public @Nullable RealServer select(Flow flow) {
        RealServer greatest = null;
        for (RealServer server : realServers) {
            if (server.isUsable() && (greatest == null || server.weight() > greatest.weight())) {
                greatest = server;
            }
        }
        return greatest;
    }

    /** Makes {@link Failover} schedulers. */
    public static final class Provider implements SchedulerProvider {
        @Override
        public String name() {
            return "fo";
        }

        @Override
        public String description() {
            return "failover: all to the greatest weight that is usable";
        }

        @Override
        public Scheduler create(List<RealServer> realServers, Set<String> flags) {
            return new Failover(realServers);
        }
    }
}
