package lb.vrrp.automaton;

import lb.vrrp.automaton.Event.VipClaimed;

/**
 * When an Active says again that its VIPs are its own, because another machine says that they are
 * that one's (RFC 5227 section 2.4 c). Owned by the thread of its {@link VirtualRouter}.
 *
 * <p>Not before it is sure to be the one who stays: a stronger router's advert ends the Active
 * state, and all that is owed with it. A weaker one lets go as soon as it has heard our advert, and
 * then does not answer a second probe. Whoever still answers, or has claimed unasked, gets the time
 * for its next periodic advert: some speak at no other time.
 *
 * <p>Each conflict is answered twice, for a rival that lets go slowly. While the claims go on,
 * which no announcement will change, once at growing distances.
 */
final class Defence {
    /** Within this a rival's daemon has taken its addresses off. */
    static final long REPEAT_NANOS = 250_000_000L;

    static final long LEAST_GAP_NANOS = 1_000_000_000L;

    /** DEFEND_INTERVAL of RFC 5227 section 1.1. */
    static final long MOST_GAP_NANOS = 10_000_000_000L;

    /** A claim after so long a silence is a new conflict; at least three intervals. */
    static final long CALM_NANOS = 3_000_000_000L;

    /** Until the second probe, at most; a fifth of an interval. */
    static final long ASK_NANOS = 200_000_000L;

    /** For its answer, at most; a tenth of an interval. */
    static final long ANSWER_NANOS = 100_000_000L;

    /** For a periodic advert that is late, at most; an interval. */
    static final long MARGIN_NANOS = 250_000_000L;

    private final Claimers claimers = new Claimers();

    private boolean begun;
    private long begunNanos;
    private long mac;
    private boolean undecided;
    private long patienceEndNanos;
    private boolean asks;
    private long askNanos;
    private long answerNanos;
    private boolean owed;
    private long dueNanos;
    private boolean repeats;
    private long repeatNanos;
    private long gapNanos = LEAST_GAP_NANOS;
    private long gapEndNanos;

    /** Takes note of a claim; nothing is due before the next turn. */
    void claim(VipClaimed claim, long intervalNanos, long nowNanos) {
        long calmNanos = Math.max(CALM_NANOS, 3 * intervalNanos);
        boolean isNew = claimers.isNew(claim.mac(), calmNanos, nowNanos);
        if (isNew && (!begun || nowNanos - begunNanos >= LEAST_GAP_NANOS)) {
            begin(claim, intervalNanos, nowNanos);
        } else if (undecided) {
            if (claim.solicited() && claim.mac() == mac && !asks) {
                dueNanos = patienceEndNanos;
            }
        } else if (!owed) {
            owed = true;
            dueNanos = later(gapEndNanos, nowNanos);
        }
        claimers.note(claim.mac(), dueNanos + nextGapNanos(), calmNanos, nowNanos);
    }

    private void begin(VipClaimed claim, long intervalNanos, long nowNanos) {
        begun = true;
        begunNanos = nowNanos;
        mac = claim.mac();
        undecided = true;
        patienceEndNanos = nowNanos + patienceNanos(intervalNanos);
        asks = claim.solicited();
        askNanos = nowNanos + Math.min(ASK_NANOS, intervalNanos / 5);
        answerNanos = Math.min(ANSWER_NANOS, intervalNanos / 10);
        owed = true;
        dueNanos = asks ? askNanos + answerNanos : patienceEndNanos;
        repeats = false;
    }

    /** After which a rival that is the stronger one has been heard. */
    private static long patienceNanos(long intervalNanos) {
        return intervalNanos + Math.min(MARGIN_NANOS, intervalNanos);
    }

    /** Whether it is not clear yet who of the two stays. */
    boolean isUndecided() {
        return undecided;
    }

    /** While it is undecided: until when the stronger one of the two is heard. */
    long patienceEndNanos() {
        return patienceEndNanos;
    }

    private long nextGapNanos() {
        return undecided ? LEAST_GAP_NANOS : Math.min(2 * gapNanos, MOST_GAP_NANOS);
    }

    private static long later(long one, long other) {
        return one - other > 0 ? one : other;
    }

    /** Whether the second probe is due; then it counts as sent, and its answer has its time. */
    boolean takeAsk(long nowNanos) {
        if (!asks || nowNanos - askNanos < 0) {
            return false;
        }
        asks = false;
        dueNanos = later(dueNanos, nowNanos + answerNanos);
        return true;
    }

    /** Whether a round is due; then it counts as announced. After {@link #takeAsk}. */
    boolean takeDue(long nowNanos) {
        boolean repeat = repeats && nowNanos - repeatNanos >= 0;
        repeats &= !repeat;
        if (!owed || nowNanos - dueNanos < 0) {
            return repeat;
        }
        gapNanos = nextGapNanos();
        gapEndNanos = nowNanos + gapNanos;
        if (undecided) {
            repeats = true;
            repeatNanos = nowNanos + REPEAT_NANOS;
        }
        owed = false;
        undecided = false;
        return true;
    }

    /** Nanoseconds until something is due, 0 if it is; {@link Long#MAX_VALUE} for never. */
    long nanosToDeadline(long nowNanos) {
        long nanos = repeats ? repeatNanos - nowNanos : Long.MAX_VALUE;
        if (asks) {
            nanos = Math.min(nanos, askNanos - nowNanos);
        }
        if (owed) {
            nanos = Math.min(nanos, dueNanos - nowNanos);
        }
        return Math.max(0, nanos);
    }
}
