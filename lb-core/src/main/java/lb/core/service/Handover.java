package lb.core.service;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The time after a computable scheduler was swapped for another: it left no entry for the SYNs that
 * it sent out, so the segments that follow them must be computed by it still, and the new
 * scheduler's SYNs make entries, so that nothing else is without one. Any thread.
 *
 * @param former the kind that served before
 * @param flags of it
 * @param scheduler made by it for the list of today, one for all workers
 * @param startNanos when housekeeping first saw it; shared by the handovers of all lists since; 0
 *     before that, 1 once it is over
 */
record Handover(
        SchedulerKind former, Set<String> flags, Scheduler scheduler, AtomicLong startNanos) {
    /** As long as a connection may wait for its handshake's end: the kernel's SYN_RECV. */
    private static final long LENGTH_NANOS = 60_000_000_000L;

    private static final long NOT_STARTED = 0;
    private static final long OVER = 1;

    static Handover from(
            SchedulerKind former,
            Set<String> flags,
            List<RealServer> newestFirst,
            AtomicLong startNanos) {
        return new Handover(former, flags, former.create(newestFirst, flags), startNanos);
    }

    boolean isOpen() {
        return startNanos.get() != OVER;
    }

    /** Ends it when its time is up. */
    void advance(long nowNanos) {
        long start = startNanos.get();
        if (start == NOT_STARTED) {
            startNanos.compareAndSet(NOT_STARTED, nowNanos | 2);
        } else if (start != OVER && nowNanos - start > LENGTH_NANOS) {
            startNanos.set(OVER);
        }
    }
}
