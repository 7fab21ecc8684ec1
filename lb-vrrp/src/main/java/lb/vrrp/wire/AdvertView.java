package lb.vrrp.wire;

import lb.core.wire.Ethernet;
import lb.core.wire.IpProtocol;
import lb.core.wire.Ipv4;
import lb.core.wire.Ipv6;
import lb.core.wire.Memory;

/**
 * A received VRRP packet as the speaker reads it: reusable, filled anew for each packet. Owned by
 * the thread that receives; valid as long as the memory it was read from.
 *
 * <p>Reading looks only for what every later check relies on: a complete IP header and the first 8
 * bytes of VRRP. What the bytes mean is judged by {@link AdvertCheck}. Any bytes may be given; none
 * make it throw or read outside them.
 */
public final class AdvertView {
    private static final int AH_MIN_LENGTH = 12;

    /** The more-fragments bit and the fragment offset. */
    private static final int FRAGMENT_MASK = Ipv4.MORE_FRAGMENTS | Ipv4.OFFSET_MASK;

    private IpFamily family = IpFamily.IPV4;
    private int ttl;
    private long sourceHigh;
    private long sourceLow;
    private long destinationHigh;
    private long destinationLow;
    private boolean authenticationHeader;
    private boolean truncated;
    private long message;
    private int messageLength;

    /**
     * Reads an Ethernet frame; padding behind the IP packet is left out.
     *
     * @param frame address of the Ethernet header
     * @param length bytes that arrived, from there on
     * @return UNCHECKED, or why there is nothing to check: NOT_VRRP or INCOMPLETE
     */
    public AdvertVerdict readFrame(long frame, int length) {
        if (length < Ethernet.HEADER_LENGTH) {
            return AdvertVerdict.NOT_VRRP;
        }
        int type = Ethernet.type(frame);
        return type == Ethernet.TYPE_IPV4 || type == Ethernet.TYPE_IPV6
                ? readPacket(frame + Ethernet.HEADER_LENGTH, length - Ethernet.HEADER_LENGTH)
                : AdvertVerdict.NOT_VRRP;
    }

    /**
     * Reads an IP packet, as a raw IPv4 socket delivers it.
     *
     * @param packet address of the IPv4 or IPv6 header
     * @param length bytes that arrived, from there on
     * @return UNCHECKED, NOT_VRRP or INCOMPLETE
     */
    public AdvertVerdict readPacket(long packet, int length) {
        if (length < 1) {
            return AdvertVerdict.INCOMPLETE;
        }
        return switch (Ipv4.version(packet)) {
            case 4 -> readIpv4(packet, length);
            case 6 -> readIpv6(packet, length);
            default -> AdvertVerdict.NOT_VRRP;
        };
    }

    /**
     * Reads a VRRP message without its IP header, as a raw IPv6 socket delivers it; the rest comes
     * from the socket's ancillary data.
     *
     * @param hopLimit 0 to 255
     * @return UNCHECKED or INCOMPLETE
     */
    public AdvertVerdict readMessage(
            long message,
            int length,
            IpFamily family,
            int hopLimit,
            long sourceHigh,
            long sourceLow,
            long destinationHigh,
            long destinationLow) {
        this.family = family;
        this.ttl = hopLimit;
        this.sourceHigh = sourceHigh;
        this.sourceLow = sourceLow;
        this.destinationHigh = destinationHigh;
        this.destinationLow = destinationLow;
        authenticationHeader = false;
        return hold(message, length, length);
    }

    private AdvertVerdict readIpv4(long packet, int length) {
        if (length < Ipv4.MIN_HEADER_LENGTH) {
            return AdvertVerdict.INCOMPLETE;
        }
        int protocol = Ipv4.protocol(packet);
        if (protocol != VrrpHeader.PROTOCOL && protocol != IpProtocol.AH) {
            return AdvertVerdict.NOT_VRRP;
        }
        int headerLength = Ipv4.headerLength(packet);
        boolean fragment = (Ipv4.flagsAndOffset(packet) & FRAGMENT_MASK) != 0;
        if (headerLength < Ipv4.MIN_HEADER_LENGTH || headerLength > length || fragment) {
            return AdvertVerdict.INCOMPLETE;
        }
        family = IpFamily.IPV4;
        ttl = Ipv4.timeToLive(packet);
        readAddresses(packet + 12);
        int promised = Ipv4.totalLength(packet) - headerLength;
        int arrived = length - headerLength;
        return protocol == IpProtocol.AH
                ? readBehindAuthenticationHeader(packet + headerLength, arrived, promised)
                : readBehindIp(packet + headerLength, arrived, promised);
    }

    private AdvertVerdict readIpv6(long packet, int length) {
        if (length < Ipv6.HEADER_LENGTH) {
            return AdvertVerdict.INCOMPLETE;
        }
        if (Ipv6.nextHeader(packet) != VrrpHeader.PROTOCOL) {
            return AdvertVerdict.NOT_VRRP;
        }
        family = IpFamily.IPV6;
        ttl = Ipv6.hopLimit(packet);
        readAddresses(packet + 8);
        return readBehindIp(
                packet + Ipv6.HEADER_LENGTH,
                length - Ipv6.HEADER_LENGTH,
                Ipv6.payloadLength(packet));
    }

    private void readAddresses(long addresses) {
        long destination = addresses + family.addressLength();
        sourceHigh = AddressBits.readHigh(family, addresses);
        sourceLow = AddressBits.readLow(family, addresses);
        destinationHigh = AddressBits.readHigh(family, destination);
        destinationLow = AddressBits.readLow(family, destination);
    }

    private AdvertVerdict readBehindIp(long payload, int arrived, int promised) {
        authenticationHeader = false;
        return hold(payload, arrived, promised);
    }

    /** RFC 4302: next header, then its own length in 4-byte words less 2. */
    private AdvertVerdict readBehindAuthenticationHeader(long header, int arrived, int promised) {
        if (arrived < AH_MIN_LENGTH) {
            return AdvertVerdict.INCOMPLETE;
        }
        if (Memory.u8(header) != VrrpHeader.PROTOCOL) {
            return AdvertVerdict.NOT_VRRP;
        }
        int length = (Memory.u8(header + 1) + 2) * 4;
        authenticationHeader = true;
        return hold(header + length, arrived - length, promised - length);
    }

    private AdvertVerdict hold(long message, int arrived, int promised) {
        if (arrived < VrrpHeader.LENGTH || promised < VrrpHeader.LENGTH) {
            return AdvertVerdict.INCOMPLETE;
        }
        this.message = message;
        messageLength = promised;
        truncated = promised > arrived;
        return AdvertVerdict.UNCHECKED;
    }

    /** The family of the IP header. */
    public IpFamily family() {
        return family;
    }

    /** TTL or hop limit, 0 to 255. */
    public int ttl() {
        return ttl;
    }

    /** Upper half of the source address, see {@link lb.core.wire.IpAddress}. */
    public long sourceHigh() {
        return sourceHigh;
    }

    /** Lower half of the source address. */
    public long sourceLow() {
        return sourceLow;
    }

    /** Upper half of the destination address. */
    public long destinationHigh() {
        return destinationHigh;
    }

    /** Lower half of the destination address. */
    public long destinationLow() {
        return destinationLow;
    }

    /** The version field, 0 to 15. */
    public int version() {
        return VrrpHeader.version(message);
    }

    /** The type field, 0 to 15. */
    public int type() {
        return VrrpHeader.type(message);
    }

    /** The virtual router's number, 0 to 255. */
    public int vrid() {
        return VrrpHeader.vrid(message);
    }

    /** The sender's priority, 0 to 255. */
    public int priority() {
        return VrrpHeader.priority(message);
    }

    /** How many addresses it says it lists, 0 to 255. */
    public int addressCount() {
        return VrrpHeader.addressCount(message);
    }

    /**
     * The interval in the units of the packet's version: seconds in version 2, else centiseconds.
     */
    public int intervalUnits() {
        return version() == 2
                ? VrrpHeader.adverInt(message)
                : VrrpHeader.maxAdvertiseInterval(message);
    }

    /** The interval in nanoseconds. */
    public long intervalNanos() {
        VrrpVersion version = version() == 2 ? VrrpVersion.V2 : VrrpVersion.V3;
        return intervalUnits() * version.intervalUnitNanos();
    }

    boolean authenticationHeader() {
        return authenticationHeader;
    }

    boolean truncated() {
        return truncated;
    }

    int authType() {
        return VrrpHeader.authType(message);
    }

    long message() {
        return message;
    }

    /**
     * Bytes of the message as the IP header tells it; fewer may have arrived, see {@link
     * #truncated}.
     */
    int messageLength() {
        return messageLength;
    }
}
