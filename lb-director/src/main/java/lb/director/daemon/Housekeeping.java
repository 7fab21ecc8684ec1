package lb.director.daemon;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a director does once a second beside its frames. Its thread {@code lb-housekeeping} runs the
 * parts; the methods may be called by any.
 */
final class Housekeeping implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    private final ScheduledThreadPoolExecutor executor =
            new ScheduledThreadPoolExecutor(
                    1,
                    task -> Thread.ofPlatform().name("lb-housekeeping").daemon().unstarted(task));

    Housekeeping() {
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** For further work of its thread, such as evictions. */
    Executor executor() {
        return executor;
    }

    /**
     * Runs these parts in their order every second from now on. One that fails keeps neither the
     * rest from its turn nor itself from the next.
     */
    void begin(List<Runnable> parts) {
        var _ =
                executor.scheduleWithFixedDelay(
                        () -> parts.forEach(Housekeeping::attempt), 1, 1, TimeUnit.SECONDS);
    }

    private static void attempt(Runnable part) {
        try {
            part.run();
        } catch (RuntimeException e) {
            LOG.error("housekeeping failed, trying again", e);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
