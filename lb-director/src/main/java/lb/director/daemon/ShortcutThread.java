package lb.director.daemon;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import lb.core.director.Shortcuts;
import lb.core.linux.KernelException;
import lb.core.linux.KernelShortcut;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread {@code lb-shortcut}: owns the {@link Shortcuts}, where there are any: not where they
 * are switched off or the kernel lacks what they need. Its methods may be called by any thread.
 */
final class ShortcutThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ShortcutThread.class);
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final @Nullable KernelShortcut kernel;
    private final @Nullable Shortcuts shortcuts;
    private final @Nullable Thread thread;
    private boolean wanted;
    private volatile boolean stopping;

    /**
     * One without shortcuts unless {@code wanted}; the workers' channels are open. Nothing is
     * handed on before the first {@link #resume}: without steering filters it would be lost.
     */
    ShortcutThread(boolean wanted, Workers workers) {
        this.wanted = wanted;
        kernel = wanted ? open(workers) : null;
        if (kernel == null) {
            shortcuts = null;
            thread = null;
            return;
        }
        Shortcuts made = new Shortcuts(kernel, workers.all(), () -> beatNanos(workers));
        shortcuts = made;
        made.suspend();
        thread = Thread.ofPlatform().name("lb-shortcut").daemon().unstarted(() -> run(made));
        made.begin(thread);
        thread.start();
    }

    /** The workers do not beat before somebody asks. */
    private static long beatNanos(Workers workers) {
        workers.beat();
        return workers.beatNanos();
    }

    private static @Nullable KernelShortcut open(Workers workers) {
        KernelShortcut opened = null;
        try {
            opened = KernelShortcut.open();
            workers.passOver(opened);
            return opened;
        } catch (KernelException e) {
            LOG.info(
                    "no shortcut for bulk connections, all frames go through the workers: {}",
                    e.summary());
            LOG.debug("why there is no shortcut", e);
            if (opened != null) {
                opened.close();
            }
            return null;
        }
    }

    /** What the steering filters have to know; null without shortcuts. */
    @Nullable KernelShortcut kernel() {
        return kernel;
    }

    private void run(Shortcuts owned) {
        while (!stopping) {
            try {
                owned.turn(System.nanoTime());
            } catch (RuntimeException e) {
                owned.interrupt();
                LOG.error("shortcuts are interrupted", e);
            }
            LockSupport.parkNanos(owned.isIdle() ? IDLE_NANOS : Shortcuts.TURN_NANOS);
        }
    }

    /** See {@link Shortcuts#interrupt}. */
    void interrupt() {
        if (shortcuts != null) {
            shortcuts.interrupt();
        }
    }

    /** See {@link Shortcuts#suspend}. */
    void suspend() {
        if (shortcuts != null) {
            shortcuts.suspend();
        }
    }

    /** See {@link Shortcuts#resume}; for each {@link #suspend} once. */
    void resume() {
        if (shortcuts != null) {
            shortcuts.resume();
        }
    }

    /** Makes a change with which frames may go another way: nothing is handed on meanwhile. */
    void during(Runnable change) {
        suspend();
        try {
            change.run();
        } finally {
            resume();
        }
    }

    /** Takes up whether the configuration wants shortcuts; those of the start alone can be. */
    synchronized void use(boolean on) {
        if (shortcuts == null || on == wanted) {
            return;
        }
        wanted = on;
        if (on) {
            resume();
        } else {
            suspend();
        }
    }

    /** Has every frame come to the workers, for good. */
    void stop() {
        if (thread == null || shortcuts == null || stopping) {
            return;
        }
        shortcuts.suspend();
        stopping = true;
        LockSupport.unpark(thread);
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
        if (kernel != null) {
            kernel.close();
        }
    }
}
