package lb.core.director;

/**
 * How a frame ended: every frame that a worker receives ends in exactly one, so the counters sum to
 * the frames received. Immutable; any thread.
 */
public enum Verdict {
    /** Sent on to a real server. */
    FORWARDED("sent on to a real server"),
    /** Sent to another host's MAC address, or broadcast: only seen in passing. */
    NOT_OUR_MAC("not sent to the director's MAC address"),
    /** Neither IPv4 nor IPv6, such as ARP: the kernel's business. */
    NOT_IP("neither IPv4 nor IPv6"),
    /** IP, but for no virtual service: the kernel's business. */
    NO_SERVICE("for no virtual service"),
    /** The frame ends before its headers do. */
    TRUNCATED("ends before its headers do"),
    /** An IP header that contradicts itself or the frame. */
    MALFORMED_IP("malformed IP header"),
    /** An IPv4 header with a wrong checksum. */
    BAD_IP_CHECKSUM("wrong IPv4 header checksum"),
    /** A TCP, UDP or SCTP header that contradicts itself. */
    MALFORMED_TRANSPORT("malformed transport header"),
    /** A fragment that no whole packet can be made of: empty, of odd length, or past the end. */
    MALFORMED_FRAGMENT("malformed fragment"),
    /** A fragment cut inside the transport header (RFC 1858, RFC 7112). */
    TINY_FRAGMENT("fragment cut inside the transport header"),
    /** A fragment that overlaps others of its datagram (RFC 5722); later ones are refused. */
    OVERLAPPING_FRAGMENT("overlaps other fragments of its datagram"),
    /**
     * A later fragment that came before the first, and waits for it; what became of it is counted
     * apart ({@link lb.core.fragment.HeldFate}).
     */
    FRAGMENT_HELD("later fragment, waits for the first"),
    /** A later fragment of a datagram that has as many waiting as it may have. */
    FRAGMENT_OVERFLOW("too many fragments wait for the first of theirs"),
    /** A later fragment of a datagram whose first was not sent on, or that overlaps itself. */
    FRAGMENT_REFUSED("the first fragment was not sent on"),
    /** An ICMP error that quotes a later fragment, which does not tell the flow. */
    QUOTES_LATER_FRAGMENT("quotes a later fragment, without ports"),
    /** From an address that no client can have. */
    MARTIAN_SOURCE("from an impossible source address"),
    /** A packet of no known connection, and not one that opens a connection. */
    NO_CONNECTION("of no known connection, and neither SYN nor INIT"),
    /** Would open a connection more than its service takes in a second. */
    SERVICE_RATE_LIMITED("one new connection too many for its service"),
    /** Would open a connection more than its client may have in a second. */
    CLIENT_RATE_LIMITED("one new connection too many for its client"),
    /**
     * A director has forwarded it before: it comes from a MAC address of this host, or would go
     * back to where it came from.
     */
    LOOP("has been forwarded before"),
    /** Of a connection whose real server was removed. */
    REAL_SERVER_GONE("its real server was removed"),
    /**
     * No real server is usable: all have weight 0 or are overloaded. The client was told by ICMP.
     */
    NO_REAL_SERVER("no real server is usable"),
    /** The kernel has no MAC address for the real server, or no route to it. */
    NEIGHBOUR_UNRESOLVED("the real server's MAC address is not known"),
    /** No hop left. The client was told by ICMP. */
    TTL_EXPIRED("time to live ended here"),
    /** Longer than the way out carries, and not to be cut. The client was told by ICMP. */
    TOO_LONG("longer than the way out carries"),
    /** The transmit queue was full, or the interface down. */
    TRANSMIT_QUEUE_FULL("transmit queue full or interface down"),
    /** The gate of its VIP is closed: another director holds it. */
    GATE_CLOSED("another director holds the VIP"),
    /** The director itself failed on it: a defect of lb or of a plug-in. */
    INTERNAL_ERROR("failed inside the director");

    private final String description;

    Verdict(String description) {
        this.description = description;
    }

    /** What it means, in a few words. */
    public String description() {
        return description;
    }
}
