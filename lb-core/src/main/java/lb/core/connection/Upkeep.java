package lb.core.connection;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.MpscArrayQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the connection table has to do beside its callers: evictions, expiries, the order of use.
 * Any thread hands work over; one thread does it, that of {@link #workUntil}.
 *
 * <p>To wake that thread takes a worker as long as several frames. So it is woken by the first of
 * the work, and then looks for more by itself as long as there is some: every few milliseconds, or
 * as much sooner as makes a handful of it. In between it is woken only when so much has come that
 * the table would soon have its callers help.
 */
public final class Upkeep implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

    /** What a new connection counts. */
    static final int NEW_CONNECTION = 1;

    /** What another use of a connection counts: of uses Caffeine keeps 16, and forgets the rest. */
    static final int USE = 10;

    /**
     * New connections that Caffeine keeps before the callers have to help: 128 for each processor,
     * their number rounded up to a power of two. More than 256 are not counted on, so that with
     * many processors the work does not wait for thousands.
     */
    private static final int KEPT = Runtime.getRuntime().availableProcessors() == 1 ? 128 : 256;

    /** As much is to gather from one time to the next. */
    private static final int WANTED = KEPT * 3 / 8;

    /** With that much its thread is woken: well below what Caffeine keeps. */
    private static final int MUCH = KEPT * 5 / 8;

    /** How long work waits at most when its thread has time, and at least. */
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final long SHORTEST_NANOS = TimeUnit.MICROSECONDS.toNanos(20);

    /** What is handed over beyond that is done by who hands it over. */
    private static final int CAPACITY = 1024;

    private static final int AWAKE = 0;
    private static final int GATHERING = 1;
    private static final int IDLE = 2;

    private final MpscArrayQueue<Runnable> handedOver = new MpscArrayQueue<>(CAPACITY);

    /** What the work itself leads to, such as telling of an eviction; its thread alone. */
    private final Queue<Runnable> followUps = new ArrayDeque<>();

    private final AtomicInteger state = new AtomicInteger(AWAKE);
    private volatile @Nullable Thread thread;

    /** What has come since its thread last looked; several count, and a miscount does no harm. */
    private int gathered;

    private long gatheringNanos = LONGEST_NANOS;

    /** Takes work; does it at once when too much waits already. */
    @Override
    public void execute(Runnable work) {
        if (Thread.currentThread().equals(thread)) {
            followUps.add(work);
        } else if (!handedOver.offer(work)) {
            work.run();
        } else if (state.get() == IDLE) {
            wake();
        }
    }

    /** Counts what the table has been used for. */
    void note(int share) {
        gathered += share;
        if (gathered >= MUCH && state.get() == GATHERING) {
            wake();
        }
    }

    private void wake() {
        if (state.getAndSet(AWAKE) != AWAKE) {
            LockSupport.unpark(thread);
        }
    }

    /**
     * Does what is handed over, until then or until its thread is interrupted.
     *
     * @param deadlineNanos when to return, by {@link System#nanoTime}
     */
    public void workUntil(long deadlineNanos) {
        thread = Thread.currentThread();
        long left = deadlineNanos - System.nanoTime();
        while (left > 0 && !Thread.currentThread().isInterrupted()) {
            int came = gathered;
            gathered = 0;
            if (work()) {
                gather(came, left);
            } else {
                sleep(IDLE, left);
            }
            left = deadlineNanos - System.nanoTime();
        }
    }

    /** Sleeps as long as makes as much come as is wanted, going by what came the last time. */
    private void gather(int came, long left) {
        long next = gatheringNanos * WANTED / Math.max(1, came);
        gatheringNanos = Math.clamp(next, SHORTEST_NANOS, LONGEST_NANOS);
        if (gathered < WANTED) {
            sleep(GATHERING, Math.min(left, gatheringNanos));
        }
    }

    private void sleep(int how, long nanos) {
        state.set(how);
        // After that: whoever hands something over from now on sees that this thread sleeps.
        if (how == GATHERING || handedOver.isEmpty()) {
            LockSupport.parkNanos(this, nanos);
        }
        state.set(AWAKE);
    }

    /** Does what there is; false when that is nothing. What comes meanwhile has its turn later. */
    private boolean work() {
        boolean any = followUp();
        for (int count = handedOver.size(); count > 0; count--) {
            attempt(handedOver.poll());
            any = true;
            followUp();
        }
        return any;
    }

    private boolean followUp() {
        int count = followUps.size();
        for (int i = 0; i < count; i++) {
            attempt(followUps.poll());
        }
        return count > 0;
    }

    private static void attempt(@Nullable Runnable work) {
        try {
            if (work != null) {
                work.run();
            }
        } catch (RuntimeException
                | LinkageError e) { // an Error too: a plug-in's jar may lack a class
            LOG.error("the upkeep of the connection table failed", e);
        }
    }
}
