package lb.director.notify;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import lb.director.script.RunningScript;
import lb.director.script.Script;
import lb.director.script.ScriptOutcome;
import lb.director.script.ScriptRunner;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The scripts of one instance or group, one after the other. Owned by the notifier's thread.
 *
 * <p>A script may run as long as it likes while no other waits behind it; then a minute more.
 */
final class ScriptQueue {
    private static final Logger LOG = LoggerFactory.getLogger(ScriptQueue.class);
    private static final int MOST = 256;
    private static final long PATIENCE_MILLIS = TimeUnit.MINUTES.toMillis(1);

    private final String name;
    private final ScriptRunner runner;
    private final ScheduledExecutorService executor;
    private final Deque<Script> waiting = new ArrayDeque<>();
    private @Nullable RunningScript running;
    private @Nullable RunningScript hurried;
    private long lost;

    ScriptQueue(String name, ScriptRunner runner, ScheduledExecutorService executor) {
        this.name = name;
        this.runner = runner;
        this.executor = executor;
    }

    void add(Script script) {
        if (waiting.size() == MOST) {
            Script oldest = waiting.remove();
            // At each power of two, so that a stuck script does not fill the log.
            if (Long.bitCount(++lost) == 1) {
                LOG.warn(
                        "({}) {} and {} others are not run: too many wait for one that still runs",
                        name,
                        oldest.arguments(),
                        lost - 1);
            }
        }
        waiting.add(script);
        next();
    }

    boolean isIdle() {
        return running == null && waiting.isEmpty();
    }

    /** Ends what runs after a time if something waits behind it. */
    void hurry(long millis) {
        RunningScript slow = running;
        if (slow == null || waiting.isEmpty()) {
            return;
        }
        var _ = executor.schedule(() -> endIfItStillRuns(slow), millis, TimeUnit.MILLISECONDS);
    }

    @SuppressWarnings("ReferenceEquality") // each run is an object of its own
    private void endIfItStillRuns(RunningScript slow) {
        if (slow == running && !waiting.isEmpty()) {
            LOG.warn(
                    "({}) a script that still runs is stopped: {} waits for it",
                    name,
                    waiting.element().arguments());
            slow.stop();
        }
    }

    @SuppressWarnings("ReferenceEquality") // each run is an object of its own
    private void next() {
        if (running == null && !waiting.isEmpty()) {
            Script script = waiting.remove();
            RunningScript started = runner.start(script);
            running = started;
            var _ = started.outcome().thenAccept(outcome -> ended(script, outcome));
        }
        if (running != hurried && !waiting.isEmpty()) {
            hurried = running;
            hurry(PATIENCE_MILLIS);
        }
    }

    /** On the runner's thread. */
    private void ended(Script script, ScriptOutcome outcome) {
        try {
            executor.execute(() -> {
                if (!outcome.succeeded()) {
                    LOG.warn("({}) {} {}", name, script.arguments(), outcome.text());
                }
                running = null;
                next();
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("({}) {} ended after the notifier", name, script.arguments());
        }
    }
}
