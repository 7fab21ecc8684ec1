package lb.director.daemon;

import java.util.List;
import java.util.concurrent.TimeUnit;
import lb.core.connection.Upkeep;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a director does beside its frames: the upkeep of the connection table all the time, the
 * other parts once a second. Its thread {@code lb-housekeeping} does it; the methods may be called
 * by any.
 */
final class Housekeeping implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Upkeep upkeep = new Upkeep();
    private final Thread thread =
            Thread.ofPlatform().name("lb-housekeeping").daemon().unstarted(this::run);
    private volatile List<Runnable> parts = List.of();
    private volatile boolean closed;

    /** Takes what the connection table has to have done. */
    Upkeep upkeep() {
        return upkeep;
    }

    /**
     * Runs these parts in their order every second from now on. One that fails keeps neither the
     * rest from its turn nor itself from the next.
     */
    void begin(List<Runnable> everySecond) {
        parts = everySecond;
        thread.start();
    }

    private void run() {
        while (!closed) {
            upkeep.workUntil(System.nanoTime() + PERIOD_NANOS);
            // The one interrupt that counts is that of close().
            var _ = Thread.interrupted();
            for (Runnable part : parts) {
                attempt(part);
            }
        }
    }

    private void attempt(Runnable part) {
        try {
            if (!closed) {
                part.run();
            }
        } catch (RuntimeException
                | LinkageError e) { // an Error too: a plug-in's jar may lack a class
            LOG.error("housekeeping failed, trying again", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
