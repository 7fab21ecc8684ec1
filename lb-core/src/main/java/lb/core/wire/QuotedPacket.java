package lb.core.wire;

/**
 * The packet that an ICMP error quotes: whose flow the error is about (RFC 792, RFC 4443 section
 * 3). One reusable object of its worker.
 *
 * <p>A quotation is cut short as a rule: only the IP header and eight bytes behind it are sure to
 * be there, and those are all that is read.
 */
public final class QuotedPacket {
    /** The ports and four bytes more: the least that RFC 792 has quoted. */
    private static final int LEAST_TRANSPORT = 8;

    private static final int MAX_EXTENSIONS = 8;

    private int protocol;
    private long sourceHigh;
    private long sourceLow;
    private long destinationHigh;
    private long destinationLow;
    private int ports;
    private boolean laterFragment;

    /** Whether the ICMP message in {@code packet} is an error about a packet that was sent. */
    public static boolean isError(Packet packet) {
        int type = Icmp.type(packet.transport());
        return packet.isIpv4()
                ? packet.protocol() == IpProtocol.ICMP
                        && (type == Icmp.UNREACHABLE
                                || type == Icmp.SOURCE_QUENCH
                                || type == Icmp.TIME_EXCEEDED)
                : packet.protocol() == IpProtocol.ICMPV6
                        && type >= Icmp.V6_UNREACHABLE
                        && type <= Icmp.V6_PARAMETER_PROBLEM;
    }

    /**
     * Reads what an ICMP error quotes.
     *
     * @return false when too little is quoted to know the flow; of a later fragment addresses and
     *     protocol are enough
     */
    public boolean parse(Packet error) {
        long quoted = error.transport() + Icmp.HEADER_LENGTH;
        int available = error.transportLength() - Icmp.HEADER_LENGTH;
        return error.isIpv4() ? parseIpv4(quoted, available) : parseIpv6(quoted, available);
    }

    private boolean parseIpv4(long ip, int available) {
        if (available < Ipv4.MIN_HEADER_LENGTH) {
            return false;
        }
        int headerLength = Ipv4.headerLength(ip);
        if (Ipv4.version(ip) != 4
                || headerLength < Ipv4.MIN_HEADER_LENGTH
                || available < headerLength + LEAST_TRANSPORT) {
            return false;
        }
        laterFragment = (Ipv4.flagsAndOffset(ip) & Ipv4.OFFSET_MASK) != 0;
        protocol = Ipv4.protocol(ip);
        sourceHigh = 0;
        sourceLow = IpAddress.mapped(Ipv4.source(ip));
        destinationHigh = 0;
        destinationLow = IpAddress.mapped(Ipv4.destination(ip));
        ports = Tcp.ports(ip + headerLength);
        return true;
    }

    private boolean parseIpv6(long ip, int available) {
        if (available < Ipv6.HEADER_LENGTH + LEAST_TRANSPORT || Ipv6.version(ip) != 6) {
            return false;
        }
        sourceHigh = Ipv6.sourceHigh(ip);
        sourceLow = Ipv6.sourceLow(ip);
        destinationHigh = Ipv6.destinationHigh(ip);
        destinationLow = Ipv6.destinationLow(ip);
        protocol = Ipv6.nextHeader(ip);
        laterFragment = false;
        long at = ip + Ipv6.HEADER_LENGTH;
        long last = ip + available - LEAST_TRANSPORT;
        for (int count = 0; count < MAX_EXTENSIONS && isExtension(protocol); count++) {
            boolean isFragment = protocol == IpProtocol.IPV6_FRAGMENT;
            protocol = Ipv6.extensionNextHeader(at);
            if (isFragment && Ipv6.fragmentOffsetAndFlags(at) >>> 3 != 0) {
                laterFragment = true;
                return true;
            }
            at += isFragment ? Ipv6.FRAGMENT_HEADER_LENGTH : Ipv6.extensionLength(at);
            if (at > last) {
                return false;
            }
        }
        ports = Tcp.ports(at);
        return true;
    }

    private static boolean isExtension(int nextHeader) {
        return nextHeader == IpProtocol.IPV6_FRAGMENT || Ipv6.isSkippableExtension(nextHeader);
    }

    /** The quoted packet's transport protocol. */
    public int protocol() {
        return protocol;
    }

    /** Upper half of who sent it. */
    public long sourceHigh() {
        return sourceHigh;
    }

    /** Lower half of who sent it; IPv4 in mapped form. */
    public long sourceLow() {
        return sourceLow;
    }

    /** Upper half of whom it was sent to. */
    public long destinationHigh() {
        return destinationHigh;
    }

    /** Lower half of whom it was sent to; IPv4 in mapped form. */
    public long destinationLow() {
        return destinationLow;
    }

    /** Whether it is a fragment other than the first: {@link #ports} mean nothing then. */
    public boolean isLaterFragment() {
        return laterFragment;
    }

    /** Source port in the upper, destination port in the lower 16 bits. */
    public int ports() {
        return ports;
    }

    /** Source port. */
    public int sourcePort() {
        return ports >>> 16;
    }
}
