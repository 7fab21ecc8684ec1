package lb.director.notify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import lb.director.config.FifoEntry;
import lb.director.config.Notifications;
import lb.director.config.NotifyEvent;
import lb.director.config.NotifyScripts;
import lb.director.config.ScriptEntry;
import lb.director.script.Script;
import lb.director.script.ScriptRunner;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells scripts and fifos what becomes of virtual routers and their groups, with keepalived's
 * arguments and lines. Its thread {@code lb-notify} owns all of it; the methods queue, never block,
 * and are for any thread, but for {@link #close}.
 *
 * <p>The scripts of one instance or group run one after the other, in the order of its states;
 * those of different ones side by side. Fifos get all events in one order.
 */
public final class Notifier implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);

    /** How long notify_stop is waited for. */
    private static final long STOP_MILLIS = 1_000;

    /** How long a script goes on that notify_stop waits for. */
    private static final long SLOW_MILLIS = 300;

    /** How long a fifo's script may read what is left. */
    private static final long READER_MILLIS = 500;

    private static final long POLL_MILLIS = 5;
    private static final int PARALLEL = 32;

    private final ScriptRunner runner = new ScriptRunner(PARALLEL);
    private final ScheduledThreadPoolExecutor executor;
    private volatile boolean stopping;

    // Owned by the thread.
    private final Map<String, ScriptQueue> queues = new HashMap<>();
    private final List<FifoWriter> fifos = new ArrayList<>();
    private Notifications notifications = Notifications.NONE;

    /** One that tells those; its fifos are open when this returns. */
    public Notifier(Notifications notifications) {
        executor =
                new ScheduledThreadPoolExecutor(
                        1, task -> Thread.ofPlatform().name("lb-notify").daemon().unstarted(task));
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        apply(notifications);
        ask(() -> true);
    }

    /** Tells others from now on; fifos that stay the same stay open. */
    public void apply(Notifications next) {
        tell(() -> {
            notifications = next;
            for (FifoWriter writer : List.copyOf(fifos)) {
                if (!next.fifos().contains(writer.entry())) {
                    writer.close();
                    writer.stopReader();
                    fifos.remove(writer);
                }
            }
            List<FifoEntry> open = fifos.stream().map(FifoWriter::entry).toList();
            for (FifoEntry entry : next.fifos()) {
                if (!open.contains(entry)) {
                    FifoWriter writer = new FifoWriter(entry, runner, executor);
                    fifos.add(writer);
                    writer.open();
                }
            }
        });
    }

    /** Says that STOP means the director's end from now on, and not that a reload took it away. */
    public void stopping() {
        stopping = true;
    }

    /**
     * An instance is in another state, or heard a lower priority.
     *
     * @param priority its effective one
     */
    public void instance(String name, NotifyEvent event, int priority) {
        boolean end = stopping;
        tell(() -> {
            NotifyScripts scripts =
                    notifications.instances().getOrDefault(name, NotifyScripts.NONE);
            notify("INSTANCE", name, scripts, event, priority, end);
        });
    }

    /** A sync group is in another state. */
    public void group(String name, NotifyEvent event) {
        boolean end = stopping;
        tell(() -> {
            NotifyScripts scripts = notifications.groups().getOrDefault(name, NotifyScripts.NONE);
            notify("GROUP", name, scripts, event, 0, end);
        });
    }

    /** An instance has another effective priority. */
    public void priority(String name, boolean active, int priority) {
        tell(() -> {
            NotifyScripts scripts =
                    notifications.instances().getOrDefault(name, NotifyScripts.NONE);
            if (scripts.priorityChanges()) {
                String state = active ? "MASTER_PRIORITY" : "BACKUP_PRIORITY";
                write("INSTANCE \"" + name + "\" " + state + " " + priority);
            }
        });
    }

    private void notify(
            String kind,
            String name,
            NotifyScripts scripts,
            NotifyEvent event,
            int priority,
            boolean end) {
        ScriptQueue queue =
                queues.computeIfAbsent(
                        kind + " " + name, _ -> new ScriptQueue(name, runner, executor));
        if (event == NotifyEvent.LOWER_PRIORITY) {
            run(queue, scripts.scripts().get(event));
            write(kind + " \"" + name + "\" MASTER_RX_LOWER_PRI " + priority);
            return;
        }
        boolean takenAway = event == NotifyEvent.STOP && !end;
        NotifyEvent told = takenAway ? NotifyEvent.DELETED : event;
        String state = takenAway && !scripts.deletedSaid() ? NotifyEvent.FAULT.name() : told.name();
        run(queue, scripts.scripts().get(told));
        scripts.always()
                .ifPresent(entry ->
                        queue.add(
                                Scripts.of(entry)
                                        .with(kind, name, state, String.valueOf(priority))));
        write(kind + " \"" + name + "\" " + state + " " + priority);
    }

    private static void run(ScriptQueue queue, @Nullable ScriptEntry entry) {
        if (entry != null) {
            Script script = Scripts.of(entry);
            queue.add(script);
        }
    }

    private void write(String line) {
        for (FifoWriter writer : fifos) {
            if (writer.entry().content().hasRouters()) {
                writer.write(line);
            }
        }
    }

    private void tell(Runnable task) {
        try {
            executor.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    LOG.error("somebody was not notified", e);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("nobody is notified any more");
        }
    }

    private boolean ask(Callable<Boolean> question) {
        try {
            return executor.submit(question).get();
        } catch (RejectedExecutionException e) {
            return true;
        } catch (ExecutionException e) {
            LOG.error("the notifier failed", e);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void await(long millis, Callable<Boolean> condition) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (!ask(condition) && System.nanoTime() - deadline < 0) {
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /**
     * Waits about a second until all have been told, then ends scripts and removes fifos. Blocks
     * for up to 5 s if there are scripts that do not want to end.
     */
    @Override
    public void close() {
        if (executor.isShutdown()) {
            return;
        }
        tell(() -> queues.values().forEach(queue -> queue.hurry(SLOW_MILLIS)));
        await(
                STOP_MILLIS,
                () ->
                        queues.values().stream().allMatch(ScriptQueue::isIdle)
                                && fifos.stream().allMatch(FifoWriter::isDone));
        tell(() -> fifos.forEach(FifoWriter::close));
        await(READER_MILLIS, () -> fifos.stream().allMatch(FifoWriter::isDone));
        runner.close();
        executor.shutdownNow();
    }
}
