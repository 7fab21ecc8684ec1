package lb.vrrp.automaton;

/**
 * How often the VIPs are announced: keepalived's garp_* keywords. Immutable; any thread.
 *
 * @param repeat {@code garp_master_repeat}: rounds on becoming Active, at least 1
 * @param delayNanos {@code garp_master_delay}: after which the second set follows; 0 for none
 * @param refreshNanos {@code garp_master_refresh}: a refresh this often while Active; 0 for none
 * @param refreshRepeat {@code garp_master_refresh_repeat}: rounds of a refresh, at least 1
 * @param lowerPriorityRepeat {@code garp_lower_prio_repeat}: rounds when a weaker router is heard;
 *     0 for none
 * @param lowerPriorityDelayNanos {@code garp_lower_prio_delay}: after which a second set of these
 *     follows; 0 for none
 */
public record AnnouncementSettings(
        int repeat,
        long delayNanos,
        long refreshNanos,
        int refreshRepeat,
        int lowerPriorityRepeat,
        long lowerPriorityDelayNanos) {
    private static final long SECOND = 1_000_000_000L;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException naming the keyword and the value
     */
    public AnnouncementSettings {
        require(repeat >= 1, "garp_master_repeat " + repeat + ": must be at least 1");
        require(
                refreshRepeat >= 1,
                "garp_master_refresh_repeat " + refreshRepeat + ": must be at least 1");
        require(
                lowerPriorityRepeat >= 0,
                "garp_lower_prio_repeat " + lowerPriorityRepeat + ": must not be negative");
        require(delayNanos >= 0, "garp_master_delay: must not be negative");
        require(refreshNanos >= 0, "garp_master_refresh: must not be negative");
        require(lowerPriorityDelayNanos >= 0, "garp_lower_prio_delay: must not be negative");
    }

    /** keepalived's defaults, but with a refresh every 60 s: switches forget. */
    public static AnnouncementSettings defaults() {
        return new AnnouncementSettings(5, 5 * SECOND, 60 * SECOND, 1, 5, 5 * SECOND);
    }

    /** {@code vrrp_min_garp}: one round per occasion, no second set, no refresh. */
    public static AnnouncementSettings minimal() {
        return new AnnouncementSettings(1, 0, 0, 1, 1, 0);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
