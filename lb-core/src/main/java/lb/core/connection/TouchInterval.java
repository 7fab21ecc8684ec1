package lb.core.connection;

import java.util.concurrent.TimeUnit;
import lb.core.wire.IpProtocol;

/**
 * How often the table hears of a connection in use: often enough for its eviction policy to know
 * it, and several times in its timeout, so that it does not expire there; but telling it costs more
 * than deciding a frame, and with millions of connections each frame is of one that was not heard
 * of for seconds. Expiry itself goes by the last packet. Immutable; any thread.
 */
public final class TouchInterval {
    /** The longest. */
    static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(256);

    private static final long SHORTEST_NANOS = TimeUnit.SECONDS.toNanos(16);
    private static final int TIMES_IN_TIMEOUT = 4;

    private final long tcpNanos;

    /** That for these timeouts. */
    public TouchInterval(Timeouts timeouts) {
        long share = timeouts.nanos(ConnectionState.ESTABLISHED) / TIMES_IN_TIMEOUT;
        tcpNanos = Math.clamp(share, SHORTEST_NANOS, LONGEST_NANOS);
    }

    /** Nanoseconds from one time to the next. */
    public long nanos(int protocol) {
        return protocol == IpProtocol.TCP ? tcpNanos : SHORTEST_NANOS;
    }
}
