package lb.vrrp.automaton;

/**
 * A running timer: a moment on the caller's monotonic clock. Owned by the thread of its {@link
 * VirtualRouter}, which restarts it in place, so that a steady state allocates nothing.
 */
public final class Timer {
    private long deadlineNanos;

    Timer(long deadlineNanos) {
        this.deadlineNanos = deadlineNanos;
    }

    /** When it expires. */
    public long deadlineNanos() {
        return deadlineNanos;
    }

    /** Nanoseconds left, 0 if it has expired. */
    public long remainingNanos(long nowNanos) {
        return Math.max(0, deadlineNanos - nowNanos);
    }

    boolean isDue(long nowNanos) {
        // The difference, not the order: a monotonic clock may run through the end of its range.
        return nowNanos - deadlineNanos >= 0;
    }

    void restart(long deadline) {
        deadlineNanos = deadline;
    }

    void shift(long nanos) {
        deadlineNanos += nanos;
    }

    /** Moves the deadline to {@code deadline} if that is earlier. */
    void hasten(long deadline) {
        if (deadline - deadlineNanos < 0) {
            deadlineNanos = deadline;
        }
    }

    @Override
    public String toString() {
        return "at " + deadlineNanos;
    }
}
