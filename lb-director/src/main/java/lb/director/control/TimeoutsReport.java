package lb.director.control;

import java.util.concurrent.TimeUnit;
import lb.core.connection.ConnectionState;
import lb.core.connection.Timeouts;

/**
 * The answer to {@code timeouts}. Immutable; any thread.
 *
 * @param tcpSeconds of established TCP connections
 * @param tcpFinSeconds of TCP connections after a FIN
 * @param udpSeconds of UDP
 */
public record TimeoutsReport(long tcpSeconds, long tcpFinSeconds, long udpSeconds) {
    static TimeoutsReport of(Timeouts timeouts) {
        return new TimeoutsReport(
                seconds(timeouts, ConnectionState.ESTABLISHED),
                seconds(timeouts, ConnectionState.FIN_WAIT),
                seconds(timeouts, ConnectionState.UDP));
    }

    private static long seconds(Timeouts timeouts, ConnectionState state) {
        return TimeUnit.NANOSECONDS.toSeconds(timeouts.nanos(state));
    }
}
