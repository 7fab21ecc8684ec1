package lb.director.script;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs scripts: unprivileged, bounded in time, number and output, with a minimal environment. Its
 * thread {@code lb-scripts} owns all that runs; the methods queue and are for any thread.
 *
 * <p>Scripts that are too many wait their turn in order; their time begins when they start.
 */
public final class ScriptRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ScriptRunner.class);
    private static final int PARALLEL = 32;
    private static final int WAITING = 1024;
    private static final long TURN_SECONDS = 10;
    private static final long CLOSE_MILLIS = 3_000;

    private final int parallel;
    private final ScheduledThreadPoolExecutor executor;

    // Owned by the thread.
    private final Queue<ScriptRun> waiting = new ArrayDeque<>();
    private final Set<ScriptRun> running = new HashSet<>();
    private final Set<ScriptRun> inTurn = new HashSet<>();
    private final PrintLimit prints = new PrintLimit();
    private boolean starting;

    /** One that runs up to 32 scripts at once. */
    public ScriptRunner() {
        this(PARALLEL);
    }

    /** One that runs up to so many scripts at once. */
    public ScriptRunner(int parallel) {
        this.parallel = parallel;
        executor =
                new ScheduledThreadPoolExecutor(
                        1, task -> Thread.ofPlatform().name("lb-scripts").daemon().unstarted(task));
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /**
     * Runs a script.
     *
     * @param timeout from its start; then all its process group gets TERM, and KILL after 2 s
     * @return how it ended; at a timeout once it has ended. Never exceptional; completed on the
     *     runner's thread, so what hangs on it must not block
     */
    public CompletableFuture<ScriptOutcome> run(Script script, Duration timeout) {
        return submit(script, Optional.of(timeout)).outcome();
    }

    /**
     * Starts a script that runs until it ends by itself or is stopped. One that runs for more than
     * 10 s no longer counts among those that run at once.
     */
    public RunningScript start(Script script) {
        return submit(script, Optional.empty());
    }

    private RunningScript submit(Script script, Optional<Duration> timeout) {
        ScriptRun run = new ScriptRun(script, timeout, executor, prints, this::ended);
        try {
            executor.execute(() -> queue(run));
        } catch (RejectedExecutionException e) {
            run.refuse("the director is stopping");
        }
        return run;
    }

    private void queue(ScriptRun run) {
        if (waiting.size() >= WAITING) {
            run.refuse(WAITING + " scripts are waiting already");
        } else {
            waiting.add(run);
            startNext();
        }
    }

    private void startNext() {
        if (starting) {
            // One that could not be started has ended at once; the loop below goes on.
            return;
        }
        starting = true;
        while (inTurn.size() < parallel && !waiting.isEmpty()) {
            ScriptRun next = waiting.remove();
            inTurn.add(next);
            running.add(next);
            next.begin();
            if (!next.isBounded()) {
                var _ = executor.schedule(() -> giveBack(next), TURN_SECONDS, TimeUnit.SECONDS);
            }
        }
        starting = false;
    }

    private void giveBack(ScriptRun run) {
        if (inTurn.remove(run)) {
            startNext();
        }
    }

    private void ended(ScriptRun run) {
        running.remove(run);
        giveBack(run);
    }

    /** Stops what runs and forgets what waits; returns when all has ended, within 3 s. */
    @Override
    public void close() {
        try {
            executor.execute(this::stopAll);
        } catch (RejectedExecutionException e) {
            return;
        }
        try {
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS);
            while (executor.submit(() -> !running.isEmpty()).get()
                    && System.nanoTime() - deadline < 0) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
        } catch (java.util.concurrent.ExecutionException e) {
            LOG.error("scripts could not be stopped", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // With its thread the kernel ends what is left: see ScriptLaunch.
        executor.shutdownNow();
    }

    private void stopAll() {
        while (!waiting.isEmpty()) {
            waiting.remove().refuse("the director is stopping");
        }
        Set.copyOf(running).forEach(ScriptRun::stopNow);
    }
}
