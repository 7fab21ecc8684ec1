package lb.core.service;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The time after a computable scheduler was swapped for another: it left no entry for the SYNs that
 * it sent out, so the segments that follow them must be computed by it still, and the new
 * scheduler's SYNs make entries, so that nothing else is without one. Any thread.
 *
 * @param former who served before, for each worker
 * @param startNanos when housekeeping first saw it; shared by the handovers of all lists since; 0
 *     before that, 1 once it is over
 */
record Handover(List<Scheduler> former, AtomicLong startNanos) {
    /** As long as a connection may wait for its handshake's end: the kernel's SYN_RECV. */
    private static final long LENGTH_NANOS = 60_000_000_000L;

    private static final long NOT_STARTED = 0;
    private static final long OVER = 1;

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

    /** The former's choice, unless that real server has been removed since. */
    record Asked(Scheduler former, Scheduler present) implements Scheduler {
        @Override
        public @Nullable RealServer select(Flow flow) {
            RealServer chosen = former.select(flow);
            return chosen != null && chosen.isAvailable() ? chosen : present.select(flow);
        }
    }
}
