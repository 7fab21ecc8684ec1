package lb.core.connection;

import com.github.benmanes.caffeine.cache.RemovalCause;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What Caffeine takes out of the two parts of a connection table by itself. Any thread.
 *
 * <p>Caffeine tells of it while it holds its locks. What needs the table again, to be put back or
 * because of a template, would take the locks of the other part as well, which two threads could do
 * in different orders. So that waits until a thread that holds none settles it: the housekeeper
 * after each of Caffeine's turns, and when that falls behind whoever adds connections.
 */
final class Evictions {
    /** So many may wait before callers help, where the housekeeper has a thread of its own. */
    static final int PATIENCE = 256;

    /** A caller settles as many as it brought, and so many more: so that it catches up. */
    private static final int MORE = 64;

    private final ConnectionTable table;
    private final int patience;
    private final Queue<Evicted> unsettled = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final LongAdder forSize = new LongAdder();

    /** Of this table, whose callers help when more than {@code patience} wait. */
    Evictions(ConnectionTable table, int patience) {
        this.table = table;
        this.patience = patience;
    }

    /** What one part of the table has its maintenance run by. */
    Executor maintenance(Executor housekeeper) {
        return new Maintenance(housekeeper);
    }

    /** Connections that had to go because their part of the table was full. */
    long forSize() {
        return forSize.sum();
    }

    void onNewcomer(@Nullable FlowKey key, @Nullable Connection connection, RemovalCause cause) {
        // One that is confirmed is in the other part, too.
        if (connection != null && !connection.isConfirmed()) {
            onEvicted(new Evicted(connection, true, cause == RemovalCause.EXPIRED));
        }
    }

    void onConfirmed(@Nullable FlowKey key, @Nullable Connection connection, RemovalCause cause) {
        if (connection != null) {
            onEvicted(new Evicted(connection, false, cause == RemovalCause.EXPIRED));
        }
    }

    /** Caffeine is in the midst of it and holds its locks, so it must not be used here. */
    private void onEvicted(Evicted evicted) {
        Connection connection = evicted.connection();
        if (connection.template() != null
                || (evicted.expired() && table.nanosToProlong(connection) > 0)) {
            waiting.incrementAndGet();
            unsettled.add(evicted);
        } else {
            end(evicted);
        }
    }

    /** Settles some of what waits, if too much does; where no lock of Caffeine's is held. */
    void help(int brought) {
        if (waiting.get() > patience) {
            settle(brought + MORE);
        }
    }

    /** Settles all that waits now; where no lock of Caffeine's is held. */
    void settle() {
        // Not what comes meanwhile: under a flood that would never end.
        settle(waiting.get());
    }

    private void settle(int most) {
        for (int count = 0; count < most; count++) {
            Evicted next = unsettled.poll();
            if (next == null) {
                return;
            }
            waiting.decrementAndGet();
            settle(next);
        }
    }

    private void settle(Evicted evicted) {
        Connection connection = evicted.connection();
        // What was confirmed since it was taken out is for the other part to decide.
        boolean stays =
                (evicted.newcomer() && connection.isConfirmed())
                        || (evicted.expired() && table.isPutBack(connection, evicted.newcomer()));
        if (!stays) {
            end(evicted);
        }
    }

    private void end(Evicted evicted) {
        boolean ended =
                evicted.newcomer()
                        ? table.endUnconfirmed(evicted.connection())
                        : table.end(evicted.connection());
        if (ended && !evicted.expired()) {
            forSize.increment();
        }
    }

    /**
     * What was taken out.
     *
     * @param newcomer whether it was among the newcomers, or else among the confirmed
     * @param expired whether its time was up, or else its part full
     */
    private record Evicted(Connection connection, boolean newcomer, boolean expired) {}

    /**
     * The maintenance of one part: always the same work, which does all that there is. So it is
     * handed over once, and not again before its turn has come.
     */
    private final class Maintenance implements Executor, Runnable {
        private final Executor housekeeper;
        private final AtomicBoolean waits = new AtomicBoolean();
        private Runnable work = () -> {};

        /** Who hands it over at this moment: holds Caffeine's locks. Asked by that one alone. */
        private @Nullable Thread giver;

        Maintenance(Executor housekeeper) {
            this.housekeeper = housekeeper;
        }

        /** Caffeine calls this with a lock held, so not twice at the same time. */
        @Override
        public void execute(Runnable handedOver) {
            if (!waits.compareAndSet(false, true)) {
                return;
            }
            work = handedOver;
            giver = Thread.currentThread();
            boolean taken = false;
            try {
                housekeeper.execute(this);
                taken = true;
            } finally {
                giver = null;
                if (!taken) {
                    waits.set(false);
                }
            }
        }

        @Override
        public void run() {
            boolean isLocked = Thread.currentThread().equals(giver);
            // Before the work, whose lock is a fence: what comes during it may come too late for
            // it.
            waits.setRelease(false);
            work.run();
            if (!isLocked) {
                settle();
            }
        }
    }
}
