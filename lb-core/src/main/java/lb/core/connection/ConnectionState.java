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
    UDP(300, false),
    /** SCTP: the client's INIT was seen. */
    SCTP_INIT1(4, false),
    /** SCTP: another INIT was seen. */
    SCTP_INIT(61, false),
    /** SCTP: the client answered an INIT of the other side. */
    SCTP_COOKIE_ECHOED(61, false),
    /** SCTP: open. */
    SCTP_ESTABLISHED(900, true),
    /** SCTP: the client has nothing more to send. */
    SCTP_SHUTDOWN_RECEIVED(61, false),
    /** SCTP: ended, by a shutdown from either side or by an abort. */
    SCTP_CLOSED(61, false);

    private static final String SCTP = "SCTP_";

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

    /** Its name in the kernel's listings, where the protocol stands beside it. */
    public String label() {
        return name().startsWith(SCTP) ? name().substring(SCTP.length()) : name();
    }
}
