package lb.vrrp.automaton;

import lb.vrrp.wire.VrrpVersion;

/**
 * Skew_Time and Active_Down_Interval (RFC 3768 section 6.1, RFC 9568 section 6.1), in nanoseconds,
 * nothing rounded up. Stateless; any thread.
 */
public final class ElectionTimes {
    private ElectionTimes() {}

    /**
     * Skew_Time: how much later than the best a router of this priority takes over.
     *
     * @param priority 1 to 255
     * @param activeAdverIntervalNanos the Active's interval; version 2 counts in seconds whatever
     *     the interval
     */
    public static long skewNanos(VrrpVersion version, int priority, long activeAdverIntervalNanos) {
        long whole =
                version == VrrpVersion.V2 ? version.intervalUnitNanos() : activeAdverIntervalNanos;
        return (256 - priority) * whole / 256;
    }

    /**
     * Active_Down_Interval: silence after which the Active counts as down.
     *
     * @param downTimerAdverts 3 in the RFC
     */
    public static long activeDownNanos(
            VrrpVersion version,
            int priority,
            long activeAdverIntervalNanos,
            int downTimerAdverts) {
        return downTimerAdverts * activeAdverIntervalNanos
                + skewNanos(version, priority, activeAdverIntervalNanos);
    }
}
