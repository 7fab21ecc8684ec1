package lb.vrrp.automaton;

/**
 * When an Active says again that its VIPs are its own, because another machine says that they are
 * that one's (RFC 5227 section 2.4 c). Owned by the thread of its {@link VirtualRouter}.
 *
 * <p>At once, and again a moment later, when a rival that has just stepped down has let the
 * addresses go. While the claims go on, which no announcement will change, at growing distances.
 */
final class Defence {
    /** Within this a rival's daemon has taken its addresses off. */
    static final long REPEAT_NANOS = 250_000_000L;

    static final long LEAST_GAP_NANOS = 1_000_000_000L;

    /** DEFEND_INTERVAL of RFC 5227 section 1.1. */
    static final long MOST_GAP_NANOS = 10_000_000_000L;

    /** A claim after so long a silence is a new conflict. */
    static final long CALM_NANOS = 3_000_000_000L;

    private boolean claimed;
    private long claimedNanos;
    private boolean repeats;
    private long repeatNanos;
    private boolean owed;
    private long gapNanos;
    private long gapEndNanos;

    /** Takes note of a claim; true if it is to be answered at once, not at the end of a gap. */
    boolean claim(long nowNanos) {
        boolean fresh = !claimed || nowNanos - claimedNanos >= CALM_NANOS;
        claimed = true;
        claimedNanos = nowNanos;
        if (!fresh && nowNanos - gapEndNanos < 0) {
            owed = true;
            return false;
        }
        startGap(fresh ? LEAST_GAP_NANOS : 2 * gapNanos, nowNanos);
        if (fresh) {
            repeats = true;
            repeatNanos = nowNanos + REPEAT_NANOS;
        }
        return true;
    }

    private void startGap(long nanos, long nowNanos) {
        owed = false;
        gapNanos = Math.min(nanos, MOST_GAP_NANOS);
        gapEndNanos = nowNanos + gapNanos;
    }

    /** Whether a round is due; then it counts as announced. */
    boolean takeDue(long nowNanos) {
        boolean repeat = repeats && nowNanos - repeatNanos >= 0;
        repeats &= !repeat;
        if (owed && nowNanos - gapEndNanos >= 0) {
            startGap(2 * gapNanos, nowNanos);
            return true;
        }
        return repeat;
    }

    /** Nanoseconds until a round is due, 0 if it is; {@link Long#MAX_VALUE} for never. */
    long nanosToDeadline(long nowNanos) {
        long nanos = repeats ? repeatNanos - nowNanos : Long.MAX_VALUE;
        if (owed) {
            nanos = Math.min(nanos, gapEndNanos - nowNanos);
        }
        return Math.max(0, nanos);
    }
}
