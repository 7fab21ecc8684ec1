package lb.core.wire;

/**
 * What a frame says, read once into fields: addresses, protocol, ports, flags.
 *
 * <p>One reusable object of its worker. {@link #parse} checks each length before it reads, so no
 * bytes whatever lead to an access outside the frame.
 */
public final class Packet {
    /** What {@link #parse} found. */
    public enum Shape {
        /** TCP, UDP or SCTP with its ports. */
        TRANSPORT,
        /** ICMP or ICMPv6. */
        ICMP,
        /** A fragment other than the first: no ports. */
        LATER_FRAGMENT,
        /** IP with another protocol. */
        OTHER_PROTOCOL,
        /** Neither IPv4 nor IPv6. */
        NOT_IP,
        /** The frame ends before its headers do. */
        TRUNCATED,
        /** An IP header that contradicts itself or the frame. */
        MALFORMED_IP,
        /** An IPv4 header whose checksum is wrong. */
        BAD_IP_CHECKSUM,
        /** A transport header that contradicts itself. */
        MALFORMED_TRANSPORT,
        /**
         * A fragment that no whole packet can be made of: empty, of odd length, or past the end.
         */
        MALFORMED_FRAGMENT,
        /**
         * A first fragment that ends inside the transport header, or a later one that begins there:
         * cut so that the ports or flags can be changed afterwards (RFC 1858, RFC 7112).
         */
        TINY_FRAGMENT
    }

    /**
     * RFC 8200 sets no bound; more than this many extension headers is no traffic for a service.
     */
    private static final int MAX_EXTENSIONS = 8;

    private static final int MAX_TAGS = 2;

    private static final int UDP_HEADER_LENGTH = 8;

    /** What the length fields of IPv4 and IPv6 can say. */
    private static final int MAX_PAYLOAD = 65_535;

    private long ip;
    private long transport;
    private int ipLength;
    private int transportLength;
    private boolean ipv4;
    private int timeToLive;
    private int protocol;
    private long sourceHigh;
    private long sourceLow;
    private long destinationHigh;
    private long destinationLow;
    private int ports;
    private int tcpFlags;
    private boolean fragment;
    private int fragmentIdentification;
    private int fragmentOffset;
    private int fragmentLength;
    private boolean moreFragments;

    /**
     * Reads a frame.
     *
     * @param frame address of the Ethernet header
     * @param length bytes from there on
     */
    public Shape parse(long frame, int length) {
        if (length < Ethernet.HEADER_LENGTH) {
            return Shape.TRUNCATED;
        }
        int type = Ethernet.type(frame);
        return type == Ethernet.TYPE_IPV4
                ? parseIpv4(frame + Ethernet.HEADER_LENGTH, length - Ethernet.HEADER_LENGTH)
                : parseTags(frame, length, type);
    }

    private Shape parseTags(long frame, int length, int first) {
        int type = first;
        int offset = Ethernet.HEADER_LENGTH;
        for (int tags = 0; Ethernet.isTag(type); tags++) {
            if (tags == MAX_TAGS) {
                return Shape.NOT_IP;
            }
            if (length < offset + Ethernet.TAG_LENGTH) {
                return Shape.TRUNCATED;
            }
            type = Memory.u16(frame + offset + 2);
            offset += Ethernet.TAG_LENGTH;
        }
        if (type == Ethernet.TYPE_IPV4) {
            return parseIpv4(frame + offset, length - offset);
        }
        return type == Ethernet.TYPE_IPV6
                ? parseIpv6(frame + offset, length - offset)
                : Shape.NOT_IP;
    }

    private Shape parseIpv4(long header, int available) {
        if (available < Ipv4.MIN_HEADER_LENGTH) {
            return Shape.TRUNCATED;
        }
        // Three reads for eleven fields: each read of native memory costs a check of its bounds.
        long bytes0To7 = Memory.i64(header);
        int headerLength = (int) (bytes0To7 >>> 54) & 0x3c;
        int totalLength = (int) (bytes0To7 >>> 32) & 0xffff;
        if (bytes0To7 >>> 60 != 4
                || headerLength < Ipv4.MIN_HEADER_LENGTH
                || totalLength < headerLength) {
            return Shape.MALFORMED_IP;
        }
        if (available < totalLength) {
            return Shape.TRUNCATED;
        }
        long bytes8To15 = Memory.i64(header + 8);
        int destination = Ipv4.destination(header);
        if (!(headerLength == Ipv4.MIN_HEADER_LENGTH
                ? Ipv4.isChecksumValid(bytes0To7, bytes8To15, destination)
                : Checksum.isValid(header, headerLength))) {
            return Shape.BAD_IP_CHECKSUM;
        }
        ip = header;
        ipv4 = true;
        ipLength = totalLength;
        timeToLive = (int) (bytes8To15 >>> 56);
        protocol = (int) (bytes8To15 >>> 48) & 0xff;
        sourceHigh = 0;
        sourceLow = IpAddress.mapped((int) bytes8To15);
        destinationHigh = 0;
        destinationLow = IpAddress.mapped(destination);
        fragment = (bytes0To7 & (Ipv4.MORE_FRAGMENTS | Ipv4.OFFSET_MASK)) != 0;
        long payload = header + headerLength;
        int payloadLength = totalLength - headerLength;
        return fragment
                ? parseIpv4Fragment(payload, payloadLength, (int) bytes0To7)
                : parseTransport(payload, payloadLength);
    }

    private Shape parseIpv4Fragment(long payload, int length, int bytes4To7) {
        fragmentIdentification = bytes4To7 >>> 16;
        int offset = (bytes4To7 & Ipv4.OFFSET_MASK) << 3;
        Shape shape = placeFragment(length, offset, (bytes4To7 & Ipv4.MORE_FRAGMENTS) != 0);
        return shape == Shape.TRANSPORT ? parseTransport(payload, length) : shape;
    }

    /** Notes which part of its packet a fragment is; TRANSPORT when that is the first. */
    private Shape placeFragment(int available, int offset, boolean more) {
        fragmentOffset = offset;
        fragmentLength = available;
        moreFragments = more;
        if (available <= 0 || (more && (available & 7) != 0) || offset + available > MAX_PAYLOAD) {
            return Shape.MALFORMED_FRAGMENT;
        }
        if (offset == 0) {
            return Shape.TRANSPORT;
        }
        return offset < leastTransport(protocol) ? Shape.TINY_FRAGMENT : Shape.LATER_FRAGMENT;
    }

    private static int leastTransport(int protocol) {
        return switch (protocol) {
            case IpProtocol.TCP -> Tcp.MIN_HEADER_LENGTH;
            case IpProtocol.SCTP -> Sctp.HEADER_LENGTH + Sctp.CHUNK_HEADER_LENGTH;
            default -> 8;
        };
    }

    private Shape parseIpv6(long header, int available) {
        if (available < Ipv6.HEADER_LENGTH) {
            return Shape.TRUNCATED;
        }
        if (Ipv6.version(header) != 6) {
            return Shape.MALFORMED_IP;
        }
        int totalLength = Ipv6.HEADER_LENGTH + Ipv6.payloadLength(header);
        if (available < totalLength) {
            return Shape.TRUNCATED;
        }
        ip = header;
        ipv4 = false;
        ipLength = totalLength;
        timeToLive = Ipv6.hopLimit(header);
        sourceHigh = Ipv6.sourceHigh(header);
        sourceLow = Ipv6.sourceLow(header);
        destinationHigh = Ipv6.destinationHigh(header);
        destinationLow = Ipv6.destinationLow(header);
        fragment = false;
        // Mapped addresses are for inside a host (RFC 4291 section 2.5.5.2); here they would pass
        // for IPv4 flows.
        if (IpAddress.isIpv4(sourceHigh, sourceLow)
                || IpAddress.isIpv4(destinationHigh, destinationLow)) {
            return Shape.MALFORMED_IP;
        }
        return parseExtensions(header + Ipv6.HEADER_LENGTH, header + totalLength);
    }

    private Shape parseExtensions(long first, long end) {
        long at = first;
        protocol = Ipv6.nextHeader(ip);
        for (int count = 0; isExtension(protocol); count++) {
            if (count == MAX_EXTENSIONS) {
                return Shape.MALFORMED_IP;
            }
            if (end - at < 8) {
                return fragment ? Shape.TINY_FRAGMENT : Shape.MALFORMED_IP;
            }
            int extension = protocol;
            protocol = Ipv6.extensionNextHeader(at);
            if (extension == IpProtocol.IPV6_FRAGMENT) {
                int offsetAndFlags = Ipv6.fragmentOffsetAndFlags(at);
                // An "atomic" fragment, offset 0 and no more to come, is a whole packet (RFC 6946).
                fragment = (offsetAndFlags & 0xfff9) != 0;
                fragmentIdentification = Ipv6.fragmentIdentification(at);
                at += Ipv6.FRAGMENT_HEADER_LENGTH;
                if (fragment) {
                    Shape shape =
                            placeFragment(
                                    (int) (end - at),
                                    offsetAndFlags & 0xfff8,
                                    (offsetAndFlags & 1) != 0);
                    if (shape != Shape.TRANSPORT) {
                        return shape;
                    }
                }
            } else {
                at +=
                        extension == IpProtocol.AH
                                ? (Memory.u8(at + 1) + 2) << 2
                                : Ipv6.extensionLength(at);
            }
        }
        if (at > end) {
            return fragment ? Shape.TINY_FRAGMENT : Shape.MALFORMED_IP;
        }
        return parseTransport(at, (int) (end - at));
    }

    private static boolean isExtension(int nextHeader) {
        return nextHeader == IpProtocol.IPV6_FRAGMENT
                || nextHeader == IpProtocol.AH
                || Ipv6.isSkippableExtension(nextHeader);
    }

    private Shape parseTransport(long header, int available) {
        transport = header;
        transportLength = available;
        return switch (protocol) {
            case IpProtocol.TCP -> parseTcp(header, available);
            case IpProtocol.UDP -> parseUdp(header, available);
            case IpProtocol.SCTP -> parseSctp(header, available);
            case IpProtocol.ICMP, IpProtocol.ICMPV6 -> available < 8 ? tooShort() : Shape.ICMP;
            default -> Shape.OTHER_PROTOCOL;
        };
    }

    private Shape parseTcp(long header, int available) {
        if (available < Tcp.MIN_HEADER_LENGTH) {
            return tooShort();
        }
        int offsetAndFlags = Tcp.offsetAndFlags(header);
        int headerLength = offsetAndFlags >>> 10 & 0x3c;
        if (headerLength < Tcp.MIN_HEADER_LENGTH || (headerLength > available && !fragment)) {
            return Shape.MALFORMED_TRANSPORT;
        }
        ports = Tcp.ports(header);
        tcpFlags = offsetAndFlags & 0xff;
        return Shape.TRANSPORT;
    }

    private Shape parseUdp(long header, int available) {
        if (available < UDP_HEADER_LENGTH) {
            return tooShort();
        }
        ports = Tcp.ports(header);
        tcpFlags = 0;
        return Shape.TRANSPORT;
    }

    private Shape parseSctp(long header, int available) {
        if (available < leastTransport(IpProtocol.SCTP)) {
            return tooShort();
        }
        if (!Sctp.isWellFormed(header, available, fragment)) {
            return Shape.MALFORMED_TRANSPORT;
        }
        ports = Tcp.ports(header);
        tcpFlags = 0;
        return Shape.TRANSPORT;
    }

    /** A packet that ends before its transport header does. */
    private Shape tooShort() {
        return fragment ? Shape.TINY_FRAGMENT : Shape.MALFORMED_TRANSPORT;
    }

    /** Address of the IP header. */
    public long ip() {
        return ip;
    }

    /** Bytes of the IP packet, headers included; the frame may be longer by padding. */
    public int ipLength() {
        return ipLength;
    }

    /** Address of the transport header; meaningful unless the shape says otherwise. */
    public long transport() {
        return transport;
    }

    /** Bytes of transport header and data. */
    public int transportLength() {
        return transportLength;
    }

    /** Whether it is IPv4; else IPv6. */
    public boolean isIpv4() {
        return ipv4;
    }

    /** The transport protocol's number, behind any IPv6 extension headers. */
    public int protocol() {
        return protocol;
    }

    /** Upper half of the source address. */
    public long sourceHigh() {
        return sourceHigh;
    }

    /** Lower half of the source address; IPv4 in mapped form. */
    public long sourceLow() {
        return sourceLow;
    }

    /** Upper half of the destination address. */
    public long destinationHigh() {
        return destinationHigh;
    }

    /** Lower half of the destination address; IPv4 in mapped form. */
    public long destinationLow() {
        return destinationLow;
    }

    /** Source port in the upper, destination port in the lower 16 bits. */
    public int ports() {
        return ports;
    }

    /** Destination port. */
    public int destinationPort() {
        return ports & 0xffff;
    }

    /** The TCP flags; 0 for other protocols. */
    public int tcpFlags() {
        return tcpFlags;
    }

    /** Whether it is a fragment, the first one included. */
    public boolean isFragment() {
        return fragment;
    }

    /** The identification of a fragment. */
    public int fragmentIdentification() {
        return fragmentIdentification;
    }

    /** Bytes of the whole packet's payload before this fragment's, 0 for the first. */
    public int fragmentOffset() {
        return fragmentOffset;
    }

    /** Bytes of the whole packet's payload that this fragment carries. */
    public int fragmentLength() {
        return fragmentLength;
    }

    /** Whether this fragment is not the last. */
    public boolean hasMoreFragments() {
        return moreFragments;
    }

    /** The type of an SCTP packet's first chunk. */
    public int sctpChunk() {
        return Sctp.chunkType(transport + Sctp.HEADER_LENGTH);
    }

    /** Time to live or hop limit, as the frame was read. */
    public int timeToLive() {
        return timeToLive;
    }
}
