package lb.director.daemon;

import java.time.Duration;
import java.util.List;
import lb.core.linux.KernelException;
import lb.core.linux.ThreadScheduling;
import lb.core.service.SchedulerRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread {@code lb-warm-up}: a {@link WarmUp} again, some times in the first seconds of a
 * running director. Its methods may be called by any thread.
 *
 * <p>At the start the compilers have thousands of methods to see to, and the JVM then notes what
 * happens in one only after many more calls than otherwise. What is called once for a batch did not
 * come to that: the JVM knew of it what the first clients did, compiled just that, and threw it
 * away seconds later. By now the compilers have caught up.
 *
 * <p>It gives way to all others, as the compilers do. The tables of its own directors make new
 * revisions, which have each known connection looked up once more.
 */
final class LateWarmUp implements AutoCloseable {
    /** Before each; the compilers are busy for one or two seconds. */
    static final List<Duration> PAUSES =
            List.of(Duration.ofMillis(700), Duration.ofMillis(1400), Duration.ofMillis(2800));

    private static final Logger LOG = LoggerFactory.getLogger(LateWarmUp.class);
    private static final Duration END = Duration.ofSeconds(5);

    private final Thread thread;

    private LateWarmUp(List<Duration> pauses, SchedulerRegistry registry, int workers) {
        thread =
                Thread.ofPlatform()
                        .name("lb-warm-up")
                        .daemon()
                        .start(() -> run(pauses, registry, workers));
    }

    /**
     * Begins to wait for the first.
     *
     * @param pauses before each
     * @param workers as the director has
     */
    static LateWarmUp begin(List<Duration> pauses, SchedulerRegistry registry, int workers) {
        return new LateWarmUp(pauses, registry, workers);
    }

    private static void run(List<Duration> pauses, SchedulerRegistry registry, int workers) {
        giveWay();
        try {
            for (Duration pause : pauses) {
                Thread.sleep(pause);
                WarmUp.run(registry, workers);
            }
        } catch (InterruptedException e) {
            LOG.debug("the director ends before it is warm");
        }
    }

    private static void giveWay() {
        try {
            ThreadScheduling.background(ThreadScheduling.CALLING_THREAD, CompilerThreads.nice());
        } catch (KernelException e) {
            LOG.debug("lb-warm-up keeps its priority: {}", e.getMessage());
        }
    }

    /** Whether there is more to come. */
    boolean isRunning() {
        return thread.isAlive();
    }

    /** Ends it, after the round at hand. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
