package lb.director.notify;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import lb.core.linux.EventFifo;
import lb.core.linux.KernelException;
import lb.core.linux.UserAccount;
import lb.director.config.FifoEntry;
import lb.director.script.RunningScript;
import lb.director.script.Script;
import lb.director.script.ScriptOutcome;
import lb.director.script.ScriptRunner;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes lines to one fifo, and keeps its script running. Owned by the notifier's thread.
 *
 * <p>While nobody reads, the kernel keeps 64 KiB and this a thousand lines more; then the oldest of
 * these are lost, so that whoever reads at last hears how things stand.
 */
final class FifoWriter {
    private static final Logger LOG = LoggerFactory.getLogger(FifoWriter.class);
    private static final int MOST_LINES = 1000;
    private static final long RETRY_MILLIS = 50;
    private static final long RESTART_SECONDS = 5;
    private static final int UNCHANGED = -1;

    private final FifoEntry entry;
    private final ScriptRunner runner;
    private final ScheduledExecutorService executor;
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private @Nullable EventFifo fifo;
    private @Nullable RunningScript reader;
    private boolean retrying;
    private boolean closed;
    private long lost;

    FifoWriter(FifoEntry entry, ScriptRunner runner, ScheduledExecutorService executor) {
        this.entry = entry;
        this.runner = runner;
        this.executor = executor;
    }

    FifoEntry entry() {
        return entry;
    }

    void open() {
        try {
            Optional<UserAccount> user = entry.user().flatMap(UserAccount::named);
            if (user.isEmpty() && entry.user().isPresent()) {
                complain("there is no user " + entry.user().get());
                return;
            }
            int gid = user.map(UserAccount::gid).orElse(UNCHANGED);
            if (entry.group().isPresent()) {
                gid = UserAccount.groupNamed(entry.group().get()).orElse(gid);
            }
            fifo = EventFifo.open(entry.path(), user.map(UserAccount::uid).orElse(UNCHANGED), gid);
            startReader();
        } catch (KernelException e) {
            complain(String.valueOf(e.getMessage()));
        }
    }

    private void complain(String why) {
        LOG.error("{} {}: {}; no events go there", entry.content().keyword(), entry.path(), why);
    }

    private void startReader() {
        if (closed || entry.script().isEmpty()) {
            return;
        }
        Script script = Scripts.of(entry.script().get()).with(entry.path().toString());
        RunningScript started = runner.start(script);
        reader = started;
        var _ = started.outcome().thenAccept(outcome -> onReaderEnd(script, outcome));
    }

    /** On the runner's thread. */
    private void onReaderEnd(Script script, ScriptOutcome outcome) {
        if (outcome instanceof ScriptOutcome.Stopped) {
            return;
        }
        try {
            executor.execute(() -> {
                if (!closed) {
                    LOG.warn(
                            "{} {}; starting it again in {} s",
                            script.arguments(),
                            outcome.text(),
                            RESTART_SECONDS);
                    var _ = executor.schedule(this::startReader, RESTART_SECONDS, TimeUnit.SECONDS);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("{} ended after the notifier", script.arguments());
        }
    }

    void write(String line) {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        if (fifo == null || bytes.length > EventFifo.MOST_BYTES) {
            return;
        }
        if (waiting.size() == MOST_LINES) {
            waiting.remove();
            // At each power of two, so that a reader that never comes does not fill the log.
            if (Long.bitCount(++lost) == 1) {
                LOG.warn("{}: nobody reads; {} events are lost", entry.path(), lost);
            }
        }
        waiting.add(bytes);
        flush();
    }

    /** Writes what there is room for; the rest a little later. */
    private void flush() {
        EventFifo open = fifo;
        try {
            while (open != null && !waiting.isEmpty() && open.write(waiting.element())) {
                waiting.remove();
            }
        } catch (KernelException e) {
            complain(String.valueOf(e.getMessage()));
            waiting.clear();
        }
        if (!waiting.isEmpty() && !retrying && !closed) {
            retrying = true;
            var _ =
                    executor.schedule(
                            () -> {
                                retrying = false;
                                flush();
                            },
                            RETRY_MILLIS,
                            TimeUnit.MILLISECONDS);
        }
    }

    /** Whether all is written, and its script, if there is one, has ended. */
    boolean isDone() {
        RunningScript running = reader;
        return waiting.isEmpty() && (!closed || running == null || running.outcome().isDone());
    }

    /** Ends it for readers: they read what is left, and then see the end. */
    void close() {
        flush();
        closed = true;
        if (fifo != null) {
            fifo.close();
            fifo = null;
        }
        waiting.clear();
    }

    /** Stops its script if that goes on. */
    void stopReader() {
        RunningScript running = reader;
        if (running != null) {
            running.stop();
        }
    }
}
