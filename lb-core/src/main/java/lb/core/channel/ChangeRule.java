package lb.core.channel;

/**
 * When an adaptive ring changes over. Immutable; any thread.
 *
 * <p>V2 shows each frame at once, so it stays as long as its worker keeps up, at whatever rate that
 * is. A worker that has not found its ring empty for {@code saturatedNanos} is late anyway, and V3,
 * which costs less a frame, makes it catch up. It goes back when V3 leaves its worker so much time
 * that V2 would certainly do. The rate at which V2 did not says nothing about that: it may have
 * been that of a director whose code was not compiled yet.
 *
 * @param saturatedNanos how long V2 has to have had waiting frames without a break before V3 takes
 *     over
 * @param calmNanos how long V3 is watched before it is judged, so the shortest time that it stays
 * @param mostCalmNanos V3 is watched twice as long each time that V2 fell behind again soon after
 *     its return, up to this
 * @param calmShare the share of its time that a worker is busy with the frames of V3, below which
 *     V2 comes back; over 0, below 1
 * @param calmMost frames a second above which V2 does not come back: its ring has to hold what
 *     comes during the change itself
 * @param spareNanos how long the V3 ring is kept when V2 has taken over, as making it takes
 *     milliseconds; and how long after a refusal V3 is not asked for again
 */
public record ChangeRule(
        long saturatedNanos,
        long calmNanos,
        long mostCalmNanos,
        double calmShare,
        double calmMost,
        long spareNanos) {
    /** What a change may take, above what it was seen to take nine times of ten. */
    private static final double CHANGE_SECONDS = 0.05;

    /** V2 was seen to take up to three times the time of V3 for the same frames. */
    private static final double CALM_SHARE = 0.25;

    /** A relapse is one within so many times as long as V3 was watched. */
    private static final int SOON = 10;

    /** 10 ms are a ring full of frames at 400,000 a second. */
    static ChangeRule forSlots(int slots) {
        return new ChangeRule(
                10_000_000,
                200_000_000,
                10_000_000_000L,
                CALM_SHARE,
                slots / CHANGE_SECONDS,
                1_000_000_000);
    }

    /**
     * How long V3 is to be watched.
     *
     * @param before how long the last time
     * @param stayedNanos how long V2 kept up after that
     */
    long nextCalmNanos(long before, long stayedNanos) {
        return stayedNanos < SOON * before ? Math.min(2 * before, mostCalmNanos) : calmNanos;
    }
}
