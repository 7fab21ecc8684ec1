package lb.core.service;

import java.util.concurrent.TimeUnit;

/**
 * The arithmetic of a rate limit (the generic cell rate algorithm): all that is kept is the instant
 * up to which connections have been paid for; each moves it on by the time that one may take, and
 * it may be at most a second ahead. So after a silence a second's worth may come at once.
 * Stateless; any thread.
 */
final class PaidUp {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** Stands for "no more". */
    static final long REFUSED = Long.MIN_VALUE;

    private PaidUp() {}

    /**
     * How far ahead of now, in nanoseconds, 0 to 2 s: 0 for what is over, or was never set.
     *
     * <p>Each worker has a clock of its own, which stands still during a batch: what one of them
     * has paid up to a second ahead is more than a second ahead for another that is a batch behind.
     */
    static long ahead(long paidUpNanos, long nowNanos) {
        long ahead = paidUpNanos - nowNanos;
        // Further than any limit and any batch lead: from before the first connection.
        return ahead < 0 || ahead > 2 * SECOND ? 0 : ahead;
    }

    /** The instant after one more connection, or {@link #REFUSED}. */
    static long after(long paidUpNanos, long nowNanos, int perSecond) {
        long next = ahead(paidUpNanos, nowNanos) + SECOND / perSecond;
        return next > SECOND ? REFUSED : nowNanos + next;
    }
}
