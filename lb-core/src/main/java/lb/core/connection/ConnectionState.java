package lb.core.connection;

/**
 * Where a connection stands, in the words and with the default timeouts of the Linux kernel.
 * Immutable; any thread.
 */
public enum ConnectionState {
    /** Nothing seen yet; also the state of a persistence template. */
    NONE(2, false),
    /** Open. */
    ESTABLISHED(900, true),
    /** A SYN was seen from the other side; never with direct routing alone. */
    SYN_SENT(120, true),
    /** The client's SYN was seen. */
    SYN_RECV(60, true),
    /** The client closed its half. */
    FIN_WAIT(120, false),
    /** The client closed before it opened. */
    TIME_WAIT(120, false),
    /** The client reset it. */
    CLOSE(10, false),
    /** The server closed its half; never with direct routing alone. */
    CLOSE_WAIT(60, false),
    /** Both halves are closed but for the last ACK; never with direct routing alone. */
    LAST_ACK(30, false),
    /** Listening. */
    LISTEN(120, false),
    /** A SYN under the kernel's secure_tcp. */
    SYNACK(120, true),
    /** Datagrams are flowing. */
    UDP(300, false);

    private final int defaultTimeoutSeconds;
    private final boolean active;

    ConnectionState(int defaultTimeoutSeconds, boolean active) {
        this.defaultTimeoutSeconds = defaultTimeoutSeconds;
        this.active = active;
    }

    /** Seconds that a connection stays without a packet, unless set otherwise. */
    public int defaultTimeoutSeconds() {
        return defaultTimeoutSeconds;
    }

    /** Whether it counts as an active connection of its real server. */
    public boolean isActive() {
        return active;
    }
}
