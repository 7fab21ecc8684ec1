package lb.core.channel;

/**
 * When an adaptive ring changes over. Immutable; any thread.
 *
 * <p>V2 shows each frame at once, so it stays as long as its worker keeps up, at whatever rate that
 * is. A worker that has not found its ring empty for {@code saturatedNanos} is late anyway, and V3,
 * which costs less a frame, makes it catch up. One that just keeps up, but is busy most of the
 * time, gets V3 for the sake of others: V2 costs those more a frame, too, who give the kernel the
 * frames, and may be what keeps them from giving more. It goes back when V3 leaves its worker so
 * much time that V2 would certainly do. The rate at which V2 did not says nothing about that: it
 * may have been that of a director whose code was not compiled yet.
 *
 * @param saturatedNanos how long V2 has to have had waiting frames without a break before V3 takes
 *     over
 * @param busyNanos how long V2 is watched at least before it is judged by how busy its worker was;
 *     many times as long as a burst, which V2 is for
 * @param busyShare the share of that time that the worker was busy with frames, from which on V3
 *     takes over, above {@code calmMost} frames a second; over 0, below 1. Rounds after one of few
 *     frames count as idle time
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
        long busyNanos,
        double busyShare,
        long calmNanos,
        long mostCalmNanos,
        double calmShare,
        double calmMost,
        long spareNanos) {
    /** What a change may take, above what it was seen to take nine times of ten. */
    private static final double CHANGE_SECONDS = 0.05;

    /** V2 was seen to take up to three times the time of V3 for the same frames. */
    private static final double CALM_SHARE = 0.25;

    /**
     * A worker that kept up with 800,000 frames a second, all that came, was busy for 0.58 to 0.70
     * of its time, and V3 let a third more come. At 100,000 a second it is below 0.05.
     */
    private static final double BUSY_SHARE = 0.5;

    /** A relapse is one within so many times as long as V3 was watched. */
    private static final int SOON = 10;

    /** 10 ms are a ring full of frames at 400,000 a second. */
    static ChangeRule forSlots(int slots) {
        return new ChangeRule(
                10_000_000,
                100_000_000,
                BUSY_SHARE,
                200_000_000,
                10_000_000_000L,
                CALM_SHARE,
                slots / CHANGE_SECONDS,
                1_000_000_000);
    }

    /**
     * Whether a worker that keeps up with V2 is to have V3. Below the rate at which V2 might come
     * back it is not, so that a load that stays the same changes nothing more.
     *
     * @param share of its time, in which it was busy with frames
     * @param rate frames a second
     */
    boolean isBusy(double share, double rate) {
        return share >= busyShare && rate >= calmMost;
    }

    /** Whether a worker that has V3 is to have V2; see {@link #isBusy}. */
    boolean isCalm(double share, double rate) {
        return share < calmShare && rate < calmMost;
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
