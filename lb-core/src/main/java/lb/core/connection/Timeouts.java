package lb.core.connection;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How long a connection stays without a packet, by state. Immutable; any thread.
 *
 * <p>{@code lvs_timeouts} and {@code ipvsadm --set} change three of them: tcp (ESTABLISHED), tcpfin
 * (FIN_WAIT), udp.
 */
public final class Timeouts {
    /** The kernel's defaults. */
    public static final Timeouts DEFAULT = new Timeouts(0, 0, 0);

    private final long[] nanos;

    /**
     * The kernel's defaults but for these, in seconds; 0 leaves one as it is.
     *
     * @throws IllegalArgumentException when one is negative or longer than 31 days
     */
    public Timeouts(int tcpSeconds, int tcpFinSeconds, int udpSeconds) {
        Map<ConnectionState, Integer> changed = new EnumMap<>(ConnectionState.class);
        changed.put(ConnectionState.ESTABLISHED, tcpSeconds);
        changed.put(ConnectionState.FIN_WAIT, tcpFinSeconds);
        changed.put(ConnectionState.UDP, udpSeconds);
        ConnectionState[] states = ConnectionState.values();
        nanos = new long[states.length];
        for (ConnectionState state : states) {
            int wanted = changed.getOrDefault(state, 0);
            if (wanted < 0 || wanted > TimeUnit.DAYS.toSeconds(31)) {
                throw new IllegalArgumentException(
                        "a timeout of " + wanted + " s is not in 0..31 days");
            }
            int seconds = wanted == 0 ? state.defaultTimeoutSeconds() : wanted;
            nanos[state.ordinal()] = TimeUnit.SECONDS.toNanos(seconds);
        }
    }

    /** Nanoseconds that a connection in {@code state} stays without a packet. */
    public long nanos(ConnectionState state) {
        return nanos[state.ordinal()];
    }
}
