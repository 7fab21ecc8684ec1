package lb.director.control;

import java.time.Duration;

/**
 * What a control server puts up with. Immutable; any thread.
 *
 * @param connections open at once
 * @param requestBytes of one request line
 * @param idleTimeout after which a connection without a request is closed
 * @param stallTimeout after which a client that does not take its answer is left
 */
public record ControlLimits(
        int connections, int requestBytes, Duration idleTimeout, Duration stallTimeout) {
    /**
     * 16 connections, lines of 64 KiB, idle for a minute; ten minutes for a listing that stands in
     * a pager.
     */
    public static final ControlLimits DEFAULT =
            new ControlLimits(16, 64 * 1024, Duration.ofMinutes(1), Duration.ofMinutes(10));
}
