package lb.director.script;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import lb.core.linux.KernelException;
import lb.core.linux.ProcessGroup;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of one script, from waiting to its end. Owned by the runner's thread. */
final class ScriptRun implements RunningScript {
    private static final Logger LOG = LoggerFactory.getLogger(ScriptRun.class);
    private static final long KILL_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long GONE_POLL_MILLIS = 20;
    private static final long FIRST_DRAIN_MILLIS = 5;
    private static final long LAST_DRAIN_MILLIS = 320;

    private final Script script;
    private final Optional<Duration> timeout;
    private final ScheduledExecutorService executor;
    private final PrintLimit limitOfPrints;
    private final Consumer<ScriptRun> onEnd;
    private final CompletableFuture<ScriptOutcome> outcome = new CompletableFuture<>();

    private @Nullable Process process;
    private @Nullable ScriptOutput output;
    private @Nullable ScheduledFuture<?> limit;

    /** What it will have come to when it is gone, once it was told to go. */
    private @Nullable ScriptOutcome ending;

    private long killAtNanos;

    ScriptRun(
            Script script,
            Optional<Duration> timeout,
            ScheduledExecutorService executor,
            PrintLimit limitOfPrints,
            Consumer<ScriptRun> onEnd) {
        this.script = script;
        this.timeout = timeout;
        this.executor = executor;
        this.limitOfPrints = limitOfPrints;
        this.onEnd = onEnd;
    }

    boolean isBounded() {
        return timeout.isPresent();
    }

    @Override
    public CompletableFuture<ScriptOutcome> outcome() {
        return outcome;
    }

    @Override
    public void stop() {
        try {
            executor.execute(this::stopNow);
        } catch (RejectedExecutionException e) {
            LOG.debug("{} is stopped with the runner", script.program());
        }
    }

    void refuse(String reason) {
        finish(new ScriptOutcome.NotStarted(reason));
    }

    void begin() {
        if (outcome.isDone()) {
            onEnd.accept(this);
            return;
        }
        try {
            launch();
        } catch (ScriptLaunch.Refusal e) {
            refuse(e.reason());
        } catch (IOException | RuntimeException e) {
            refuse(String.valueOf(e.getMessage()));
        }
    }

    private void launch() throws ScriptLaunch.Refusal, IOException {
        ProcessBuilder builder = ScriptLaunch.of(script);
        ScriptOutput printed = new ScriptOutput();
        try {
            process =
                    builder.directory(Path.of("/").toFile())
                            .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                            .redirectOutput(Redirect.appendTo(printed.target().toFile()))
                            .redirectErrorStream(true)
                            .start();
        } catch (IOException e) {
            printed.close();
            throw e;
        }
        printed.started();
        output = printed;
        var _ = process.onExit().thenAcceptAsync(this::onExit, executor);
        timeout.ifPresent(time ->
                limit =
                        executor.schedule(
                                () -> end(new ScriptOutcome.TimedOut()),
                                time.toNanos(),
                                TimeUnit.NANOSECONDS));
        drain(printed, FIRST_DRAIN_MILLIS);
    }

    /** Looks for output now and then: seldom while there is none. */
    private void drain(ScriptOutput printed, long millis) {
        if (printed.ended()) {
            return;
        }
        long next = printed.drain() ? FIRST_DRAIN_MILLIS : Math.min(2 * millis, LAST_DRAIN_MILLIS);
        if (!printed.ended()) {
            var _ = executor.schedule(() -> drain(printed, next), next, TimeUnit.MILLISECONDS);
        }
    }

    void stopNow() {
        if (process == null) {
            refuse("the director is stopping");
        } else {
            end(new ScriptOutcome.Stopped());
        }
    }

    private void end(ScriptOutcome why) {
        if (outcome.isDone() || ending != null) {
            return;
        }
        ending = why;
        killAtNanos = System.nanoTime() + KILL_NANOS;
        signal(ProcessGroup.SIGTERM);
        awaitGone();
    }

    private void awaitGone() {
        Process leader = process;
        ScriptOutcome why = ending;
        if (leader == null || why == null || outcome.isDone()) {
            return;
        }
        if (group(leader).exists() || leader.isAlive()) {
            if (System.nanoTime() - killAtNanos >= 0) {
                signal(ProcessGroup.SIGKILL);
            }
            if (leader.isAlive() || System.nanoTime() - killAtNanos < 0) {
                var _ = executor.schedule(this::awaitGone, GONE_POLL_MILLIS, TimeUnit.MILLISECONDS);
                return;
            }
        }
        finish(why);
    }

    private void signal(int signal) {
        Process leader = process;
        try {
            if (leader != null) {
                group(leader).signal(signal);
            }
        } catch (KernelException e) {
            LOG.warn("{} could not be stopped: {}", script.program(), e.getMessage());
        }
    }

    private static ProcessGroup group(Process leader) {
        return new ProcessGroup((int) leader.pid());
    }

    private void onExit(Process ended) {
        ScriptOutput printed = output;
        if (printed != null) {
            printed.drain();
        }
        if (ending == null) {
            int code = ended.exitValue();
            Optional<String> failure =
                    ScriptLaunch.failure(code, printed == null ? "" : printed.text());
            finish(
                    failure.isPresent()
                            ? new ScriptOutcome.NotStarted(failure.get())
                            : new ScriptOutcome.Exited(code));
        }
    }

    private void finish(ScriptOutcome how) {
        if (limit != null) {
            limit.cancel(false);
        }
        ScriptOutput printed = output;
        if (printed != null
                && !printed.text().isEmpty()
                && limitOfPrints.allows(script.program(), printed.text(), System.nanoTime())) {
            LOG.info("{} printed: {}", script.program(), printed.text());
        }
        // The place is free before whoever hears of the end asks for the next run.
        onEnd.accept(this);
        outcome.complete(how);
    }
}
