package lb.vrrp.speaker;

/** Lets one log line pass every ten seconds and counts the others. Owned by one thread. */
final class RateLimit {
    private static final long GAP_NANOS = 10_000_000_000L;

    private boolean used;
    private long nextNanos;
    private long suppressed;

    /** Whether a line may be written now. */
    boolean allows(long nowNanos) {
        if (used && nowNanos - nextNanos < 0) {
            suppressed++;
            return false;
        }
        used = true;
        nextNanos = nowNanos + GAP_NANOS;
        return true;
    }

    /** For the end of a line that may be written: how many were left out before it. */
    String leftOut() {
        if (suppressed == 0) {
            return "";
        }
        String text = " (and " + suppressed + " more like it)";
        suppressed = 0;
        return text;
    }
}
