package lb.vrrp.speaker;

import java.util.function.LongSupplier;

/**
 * Watches the data plane's heartbeat from the speaker's thread, which owns it.
 *
 * <p>It counts only the time in which it looked itself: when the whole process stood still, the
 * silence was everybody's and says nothing about the data plane.
 */
final class DataPlaneWatch {
    private final LongSupplier beatNanos;
    private final long longestGapNanos;
    private long lastBeatNanos;
    private long lastLookNanos;
    private long silentNanos;

    /**
     * A watch that has seen a beat just now.
     *
     * @param beatNanos changes with every heartbeat
     * @param longestGapNanos between two looks, when the thread that looks is not held up
     */
    DataPlaneWatch(LongSupplier beatNanos, long longestGapNanos, long nowNanos) {
        this.beatNanos = beatNanos;
        this.longestGapNanos = longestGapNanos;
        lastBeatNanos = beatNanos.getAsLong();
        lastLookNanos = nowNanos;
    }

    /** How long there has been no heartbeat, as of now. */
    long look(long nowNanos) {
        long gap = nowNanos - lastLookNanos;
        lastLookNanos = nowNanos;
        long beat = beatNanos.getAsLong();
        if (beat != lastBeatNanos) {
            lastBeatNanos = beat;
            silentNanos = 0;
        } else if (gap <= longestGapNanos) {
            silentNanos += gap;
        }
        return silentNanos;
    }
}
