package lb.director.overrides;

import lb.core.connection.Timeouts;

/**
 * Timeouts by command, in seconds; 0 = as configured. Immutable; any thread.
 *
 * @param tcpSeconds of ESTABLISHED
 * @param tcpFinSeconds of FIN_WAIT
 * @param udpSeconds of UDP
 */
public record TimeoutsOverride(int tcpSeconds, int tcpFinSeconds, int udpSeconds) {
    /** No override. */
    public static final TimeoutsOverride NONE = new TimeoutsOverride(0, 0, 0);

    /** Refuses what {@link Timeouts} refuses. */
    public TimeoutsOverride {
        var _ = new Timeouts(tcpSeconds, tcpFinSeconds, udpSeconds);
    }

    /** The same with those of {@code later} that are not 0. */
    TimeoutsOverride then(TimeoutsOverride later) {
        return new TimeoutsOverride(
                later.tcpSeconds == 0 ? tcpSeconds : later.tcpSeconds,
                later.tcpFinSeconds == 0 ? tcpFinSeconds : later.tcpFinSeconds,
                later.udpSeconds == 0 ? udpSeconds : later.udpSeconds);
    }

    /** The configured timeouts under these. */
    public Timeouts over(TimeoutsOverride configured) {
        TimeoutsOverride both = configured.then(this);
        return new Timeouts(both.tcpSeconds, both.tcpFinSeconds, both.udpSeconds);
    }
}
