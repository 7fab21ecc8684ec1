package lb.core.wire;

/** Numbers of the IP protocol field (IANA protocol numbers). Stateless; any thread. */
public final class IpProtocol {
    /** ICMP for IPv4. */
    public static final int ICMP = 1;

    /** TCP. */
    public static final int TCP = 6;

    /** UDP. */
    public static final int UDP = 17;

    /** The IPv6 fragment header. */
    public static final int IPV6_FRAGMENT = 44;

    /** Authentication header, whose length counts in 4-byte units (RFC 4302 section 2.2). */
    public static final int AH = 51;

    /** ICMP for IPv6. */
    public static final int ICMPV6 = 58;

    /** SCTP. */
    public static final int SCTP = 132;

    private IpProtocol() {}
}
