package lb.vrrp.wire;

import lb.core.wire.Checksum;
import lb.core.wire.Ethernet;
import lb.core.wire.IpAddress;
import lb.core.wire.Ipv4;
import lb.core.wire.Ipv6;
import lb.core.wire.Memory;

/**
 * Writes the adverts of one virtual router, as message, IP packet or Ethernet frame. Owned by the
 * thread that sends.
 *
 * <p>All but priority, destination and checksum is prepared at construction; writing allocates
 * nothing. The caller gives room for {@link #frameLength} bytes.
 */
public final class AdvertEncoder {
    /** DSCP CS6, internetwork control: what keepalived and FRR send. */
    private static final int TRAFFIC_CLASS = 0xc0;

    private static final int MULTICAST_TTL = 255;

    private final AdvertFormat format;
    private final IpFamily family;
    private final AddressTable addresses;
    private final int messageLength;
    private final long groupHigh;
    private final long groupLow;

    private long sourceHigh;
    private long sourceLow;
    private long sourceMac;
    private ChecksumForm form;
    private int identification;

    /**
     * An encoder of {@code format}.
     *
     * @param source the interface's own address, never a VIP: the tie-break compares it
     * @param sourceMac physical or virtual, 48 bits; matters to {@link #frame} only
     */
    public AdvertEncoder(AdvertFormat format, IpAddress source, long sourceMac) {
        this.format = format;
        family = format.family();
        addresses = new AddressTable(family, format.addresses());
        messageLength = format.messageLength();
        groupHigh = format.group().high();
        groupLow = format.group().low();
        form = format.checksumForm();
        this.sourceMac = sourceMac;
        source(source);
    }

    /**
     * Changes the source address.
     *
     * @throws IllegalArgumentException if it is of the other family
     */
    public void source(IpAddress value) {
        if (IpFamily.of(value) != family) {
            throw new IllegalArgumentException("source address " + value + ": must be " + family);
        }
        sourceHigh = value.high();
        sourceLow = value.low();
    }

    /** Changes the Ethernet source address. */
    public void sourceMac(long value) {
        sourceMac = value;
    }

    /** Changes the checksum form, see {@link AdvertCheck#formToSend}; AUTO counts as PSEUDO. */
    public void checksumForm(ChecksumForm value) {
        form = value;
    }

    /** Bytes that {@link #message} writes. */
    public int messageLength() {
        return messageLength;
    }

    /** Bytes that {@link #packet} writes. */
    public int packetLength() {
        return (family == IpFamily.IPV4 ? Ipv4.MIN_HEADER_LENGTH : Ipv6.HEADER_LENGTH)
                + messageLength;
    }

    /** Bytes that {@link #frame} writes, without padding. */
    public int frameLength() {
        return Ethernet.HEADER_LENGTH + packetLength();
    }

    /** The IPv4 identification of the packet written last; the next one has the next number. */
    public int identification() {
        return identification;
    }

    /**
     * Writes a VRRP message for the group.
     *
     * @param priority 0 to 255
     * @return its length in bytes
     */
    public int message(long to, int priority) {
        return message(to, priority, groupHigh, groupLow);
    }

    /** Writes a VRRP message for one peer: the checksum of version 3 covers the destination. */
    public int message(long to, int priority, long destinationHigh, long destinationLow) {
        Memory.putU8(
                to + VrrpHeader.VERSION_TYPE,
                format.version().number() << 4 | VrrpHeader.TYPE_ADVERTISEMENT);
        Memory.putU8(to + VrrpHeader.VRID, format.vrid());
        Memory.putU8(to + VrrpHeader.PRIORITY, priority);
        Memory.putU8(to + VrrpHeader.ADDRESS_COUNT, addresses.size());
        Memory.putU16(to + VrrpHeader.MAX_ADVERTISE_INTERVAL, typeAndInterval());
        Memory.putU16(to + VrrpHeader.CHECKSUM, 0);
        addresses.write(to + VrrpHeader.ADDRESSES);
        if (format.version() == VrrpVersion.V2) {
            Memory.putI64(
                    to + messageLength - VrrpVersion.V2.trailerLength(),
                    format.authentication().data());
        }
        long sum = Checksum.add(0, to, messageLength);
        if (coversPseudoHeader()) {
            sum +=
                    PseudoHeader.sum(
                            family,
                            sourceHigh,
                            sourceLow,
                            destinationHigh,
                            destinationLow,
                            VrrpHeader.PROTOCOL,
                            messageLength);
        }
        Memory.putU16(to + VrrpHeader.CHECKSUM, Checksum.finish(sum));
        return messageLength;
    }

    /** Version 2: authentication type and seconds; version 3: reserved zeros and centiseconds. */
    private int typeAndInterval() {
        return format.authentication().type() << 8 | format.intervalUnits();
    }

    private boolean coversPseudoHeader() {
        return format.version() == VrrpVersion.V3
                && (family == IpFamily.IPV6 || form != ChecksumForm.PLAIN);
    }

    /** Writes an IP packet for the group, TTL or hop limit 255; returns its length in bytes. */
    public int packet(long to, int priority) {
        return packet(to, priority, groupHigh, groupLow, MULTICAST_TTL);
    }

    /**
     * Writes an IP packet for one peer, with the configured unicast TTL; returns its length in
     * bytes.
     */
    public int packet(long to, int priority, long destinationHigh, long destinationLow) {
        return packet(to, priority, destinationHigh, destinationLow, format.unicastTtl());
    }

    private int packet(long to, int priority, long destinationHigh, long destinationLow, int ttl) {
        if (family == IpFamily.IPV4) {
            ipv4Header(to, destinationLow, ttl);
            return Ipv4.MIN_HEADER_LENGTH
                    + message(
                            to + Ipv4.MIN_HEADER_LENGTH, priority, destinationHigh, destinationLow);
        }
        ipv6Header(to, destinationHigh, destinationLow, ttl);
        return Ipv6.HEADER_LENGTH
                + message(to + Ipv6.HEADER_LENGTH, priority, destinationHigh, destinationLow);
    }

    private void ipv4Header(long to, long destination, int ttl) {
        identification = (identification + 1) & 0xffff;
        Ipv4.write(
                to,
                TRAFFIC_CLASS,
                Ipv4.MIN_HEADER_LENGTH + messageLength,
                identification,
                0,
                ttl,
                VrrpHeader.PROTOCOL,
                (int) sourceLow,
                (int) destination);
    }

    private void ipv6Header(long to, long destinationHigh, long destinationLow, int hopLimit) {
        Ipv6.write(
                to,
                messageLength,
                VrrpHeader.PROTOCOL,
                hopLimit,
                sourceHigh,
                sourceLow,
                destinationHigh,
                destinationLow);
        Memory.putI32(to, 0x6000_0000 | TRAFFIC_CLASS << 20);
    }

    /** Writes an Ethernet frame for the group; returns its length in bytes, without padding. */
    public int frame(long to, int priority) {
        ethernetHeader(to, AddressBits.groupMac(family, groupLow));
        return Ethernet.HEADER_LENGTH + packet(to + Ethernet.HEADER_LENGTH, priority);
    }

    /** Writes an Ethernet frame for one peer, whose MAC address the caller has resolved. */
    public int frame(
            long to, int priority, long destinationHigh, long destinationLow, long destinationMac) {
        ethernetHeader(to, destinationMac);
        return Ethernet.HEADER_LENGTH
                + packet(to + Ethernet.HEADER_LENGTH, priority, destinationHigh, destinationLow);
    }

    private void ethernetHeader(long to, long destinationMac) {
        Ethernet.putDestination(to, destinationMac);
        Ethernet.putSource(to, sourceMac);
        Ethernet.putType(to, family == IpFamily.IPV4 ? Ethernet.TYPE_IPV4 : Ethernet.TYPE_IPV6);
    }
}
