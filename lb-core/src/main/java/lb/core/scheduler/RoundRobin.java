package lb.core.scheduler;

import java.util.List;
import java.util.Set;
import lb.core.service.Flow;
import lb.core.service.RealServer;
import lb.core.service.Scheduler;
import lb.core.service.SchedulerProvider;
import org.jspecify.annotations.Nullable;

/**
 * {@code rr}: one real server after the other; of the weight only "0 or not" counts. Owned by one
 * worker.
 */
final class RoundRobin implements Scheduler {
    private final List<RealServer> realServers;
    private int last = -1;

    private RoundRobin(List<RealServer> realServers) {
        this.realServers = realServers;
    }

    @Override
    public @Nullable RealServer select(Flow flow) {
        int size = realServers.size();
        for (int step = 1; step <= size; step++) {
            int index = (last + step) % size;
            if (realServers.get(index).isUsable()) {
                last = index;
                return realServers.get(index);
            }
        }
        return null;
    }

    /**
     * Goes on behind the real server chosen last; if that one is gone, behind the nearest before it
     * that is left.
     */
    @Override
    public void continueFrom(Scheduler predecessor) {
        if (predecessor instanceof RoundRobin before) {
            for (int index = before.last; index >= 0 && last < 0; index--) {
                last = realServers.indexOf(before.realServers.get(index));
            }
        }
    }

    /** Makes {@link RoundRobin} schedulers. */
    public static final class Provider implements SchedulerProvider {
        @Override
        public String name() {
            return "rr";
        }

        @Override
        public String description() {
            return "round robin: each real server in turn";
        }

        @Override
        public Scheduler create(List<RealServer> realServers, Set<String> flags) {
            return new RoundRobin(realServers);
        }
    }
}
