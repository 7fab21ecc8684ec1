package lb.director.daemon;

import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import lb.core.service.Flow;
import lb.core.service.RealServer;
import lb.core.service.Scheduler;
import lb.core.service.SchedulerProvider;
import org.jspecify.annotations.Nullable;

/** A plug-in that holds its worker up for five seconds with every new connection. */
public final class StallingScheduler implements SchedulerProvider {
    static final long STALL_MILLIS = 5_000;

    @Override
    public String name() {
        return "stalling";
    }

    @Override
    public String description() {
        return "holds its worker up";
    }

    @Override
    public Scheduler create(List<RealServer> realServers, Set<String> flags) {
        return new Scheduler() {
            @Override
            public @Nullable RealServer select(Flow flow) {
                long end = System.nanoTime() + STALL_MILLIS * 1_000_000;
                while (System.nanoTime() - end < 0) {
                    LockSupport.parkNanos(end - System.nanoTime());
                }
                return realServers.getFirst();
            }
        };
    }
}
