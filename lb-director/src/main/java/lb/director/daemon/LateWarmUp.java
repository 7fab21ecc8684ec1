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
 * <p>It has a lower share of a processor than others, but ordinary slices: when the JVM stops all
 * threads, they wait for this one too. The tables of its own directors make new revisions, after
 * each of which every known connection takes the main path once.
 */
final class LateWarmUp implements AutoCloseable {
    /**
     * Before each. The compilers are busy for one or two seconds; nothing tells when they are done,
     * so it sleeps, on a thread that has nothing else to do, and tries more than once.
     */
    static final List<Duration> PAUSES =
            List.of(Duration.ofMillis(700), Duration.ofMillis(1400), Duration.ofMillis(2800));

    private static final Logger LOG = LoggerFactory.getLogger(LateWarmUp.class);

    private final Thread thread;
    private volatile int rounds;

    private LateWarmUp(List<Duration> pauses, SchedulerRegistry registry, int workers) {
        thread =
                Thread.ofPlatform()
                        .name("lb-warm-up")
                        .daemon()
                        .unstarted(() -> run(pauses, registry, workers));
    }

    /**
     * Begins to wait for the first.
     *
     * @param pauses before each
     * @param workers as the director has
     */
    static LateWarmUp begin(List<Duration> pauses, SchedulerRegistry registry, int workers) {
        LateWarmUp warmUp = new LateWarmUp(pauses, registry, workers);
        warmUp.thread.start();
        return warmUp;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // this thread alone writes it
    private void run(List<Duration> pauses, SchedulerRegistry registry, int workers) {
        try {
            ThreadScheduling.nice(CompilerThreads.nice());
            for (Duration pause : pauses) {
                Thread.sleep(pause);
                WarmUp.run(registry, workers);
                rounds++;
            }
        } catch (InterruptedException e) {
            LOG.debug("the director ends before it is warm");
        } catch (KernelException e) {
            LOG.debug("no second warm-up: it would not give way: {}", e.getMessage());
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("the second warm-up failed; the director goes on without it", e);
        }
    }

    /** Those that have come to their end. */
    int rounds() {
        return rounds;
    }

    /** Whether there is more to come. */
    boolean isRunning() {
        return thread.isAlive();
    }

    /** Has it end soon; does not wait for that, as it has nothing that others wait for. */
    @Override
    public void close() {
        thread.interrupt();
    }
}
