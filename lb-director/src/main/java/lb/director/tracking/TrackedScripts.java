package lb.director.tracking;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import lb.director.config.VrrpScriptEntry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs each tracked script once an interval, never twice at a time, and rates its results. Its
 * thread {@code lb-track-scripts} owns the ratings; {@link #health} is for any thread, the rest for
 * the one that configures.
 */
final class TrackedScripts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TrackedScripts.class);

    /** One script that is run. */
    private static final class Turn {
        final VrrpScriptEntry script;
        final Rating rating;
        boolean running;
        boolean over;
        @Nullable ScheduledFuture<?> schedule;

        Turn(VrrpScriptEntry script, Health initial) {
            this.script = script;
            rating = new Rating(script.rise(), script.fall(), initial);
        }
    }

    private final ScriptRuns runs;
    private final Runnable onChange;
    private final Map<String, Health> healths = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor executor;

    // Owned by the thread that configures.
    private final Map<String, Turn> turns = new HashMap<>();

    TrackedScripts(ScriptRuns runs, Runnable onChange) {
        this.runs = runs;
        this.onChange = onChange;
        executor =
                new ScheduledThreadPoolExecutor(
                        1,
                        task ->
                                Thread.ofPlatform()
                                        .name("lb-track-scripts")
                                        .daemon()
                                        .unstarted(task));
        executor.setRemoveOnCancelPolicy(true);
    }

    /**
     * Is to run exactly these, from {@link #start} on. One that is the same goes on; one that only
     * has other settings keeps its health.
     *
     * @param unknown the health of one that is new and does not say {@code init_fail}
     */
    void expect(List<VrrpScriptEntry> scripts, Health unknown) {
        Set<String> gone = new HashSet<>(turns.keySet());
        for (VrrpScriptEntry script : scripts) {
            gone.remove(script.name());
            Turn before = turns.get(script.name());
            if (before != null && before.script.equals(script)) {
                continue;
            }
            Health initial = healths.get(script.name());
            if (initial == null) {
                initial = script.initFail() ? Health.DOWN : unknown;
            }
            end(before);
            healths.put(script.name(), initial);
            turns.put(script.name(), new Turn(script, initial));
        }
        for (String name : gone) {
            end(turns.remove(name));
            healths.remove(name);
        }
    }

    private void end(@Nullable Turn turn) {
        if (turn != null) {
            executor.execute(() -> {
                turn.over = true;
                if (turn.schedule != null) {
                    turn.schedule.cancel(false);
                }
            });
        }
    }

    /** Runs what does not run yet, beginning now. */
    void start() {
        turns.values().forEach(turn -> executor.execute(() -> schedule(turn)));
    }

    /** What is known of a script. */
    Health health(String name) {
        return healths.getOrDefault(name, Health.UNKNOWN);
    }

    // All below runs on the thread lb-track-scripts.

    private void schedule(Turn turn) {
        if (turn.schedule == null && !turn.over) {
            turn.schedule =
                    executor.scheduleAtFixedRate(
                            () -> run(turn), 0, turn.script.intervalNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void run(Turn turn) {
        if (turn.running || turn.over) {
            return;
        }
        turn.running = true;
        try {
            var _ = runs.run(turn.script).whenComplete((success, failure) -> ended(turn, success));
        } catch (RuntimeException e) {
            turn.running = false;
            LOG.error("vrrp_script {} could not be run", turn.script.name(), e);
        }
    }

    /** On the runner's thread. */
    private void ended(Turn turn, @Nullable Boolean success) {
        try {
            executor.execute(() -> {
                turn.running = false;
                if (success != null && !turn.over) {
                    rate(turn, success);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("vrrp_script {} ended too late", turn.script.name());
        }
    }

    private void rate(Turn turn, boolean success) {
        Health before = turn.rating.health();
        if (turn.rating.take(success)) {
            Health now = turn.rating.health();
            LOG.info("vrrp_script {}: {} -> {}", turn.script.name(), before, now);
            healths.put(turn.script.name(), now);
            onChange.run();
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
