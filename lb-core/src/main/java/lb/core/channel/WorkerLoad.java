package lb.core.channel;

/**
 * How busy a worker is with the frames of its ring, since a moment that is chosen anew now and
 * then. Used by one event loop.
 *
 * <p>Only rounds that were {@linkplain #enter entered} count; the rest is idle time.
 */
final class WorkerLoad {
    private long frames;
    private boolean inRound;
    private long roundNanos;

    private long sinceNanos;
    private long sinceFrames;
    private long busyNanos;

    /** Forgets what was before. */
    void begin(long now) {
        sinceNanos = now;
        sinceFrames = frames;
        busyNanos = 0;
    }

    boolean isInRound() {
        return inRound;
    }

    /** A round that counts has its first frames. */
    void enter() {
        inRound = true;
        roundNanos = System.nanoTime();
    }

    /**
     * The round is over.
     *
     * @param idleNanos how long it has only waited for frames
     */
    void leave(long now, long idleNanos) {
        inRound = false;
        busyNanos += now - roundNanos - idleNanos;
    }

    void count(int more) {
        frames += more;
    }

    /** All frames ever, of whatever rounds. */
    long frames() {
        return frames;
    }

    /** How long ago the chosen moment is, at least 1. */
    long nanos(long now) {
        return Math.max(1, now - sinceNanos);
    }

    /** The share of the time that rounds took, 0 to 1. */
    double busyShare(long now) {
        return (double) busyNanos / nanos(now);
    }

    /** Frames a second. */
    double rate(long now) {
        return (frames - sinceFrames) * 1e9 / nanos(now);
    }
}
