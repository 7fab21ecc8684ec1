package lb.vrrp.wire;

import lb.core.wire.Ethernet;
import lb.core.wire.Memory;

/**
 * The frame that asks who else has a VIP: an ARP request that claims nothing itself, because its
 * sender's IP address is 0 (RFC 5227 section 2.1.1). Stateless; any thread.
 */
public final class ArpProbe {
    /** Bytes of the frame, without padding. */
    public static final int LENGTH = 42;

    private static final int REQUEST = 1;

    private ArpProbe() {}

    /**
     * The Ethernet address that probes go to: that of the group's adverts, so that they reach the
     * same machines and disturb no other; with unicast peers, whose MAC addresses only the kernel
     * knows, the broadcast address.
     */
    public static long destination(AdvertFormat format) {
        return format.isUnicast()
                ? Ethernet.BROADCAST
                : AddressBits.groupMac(IpFamily.IPV4, format.group().low());
    }

    /**
     * Writes the frame.
     *
     * @param to room for {@link #LENGTH} bytes
     * @param mac the interface's own: replies go there
     * @param destinationMac see {@link #destination}
     * @param vip IPv4 address
     * @return {@link #LENGTH}
     */
    public static int write(long to, long mac, long destinationMac, int vip) {
        Ethernet.putDestination(to, destinationMac);
        Ethernet.putSource(to, mac);
        Ethernet.putType(to, Ethernet.TYPE_ARP);
        long arp = to + Ethernet.HEADER_LENGTH;
        Memory.putU16(arp, 1);
        Memory.putU16(arp + 2, Ethernet.TYPE_IPV4);
        Memory.putU8(arp + 4, 6);
        Memory.putU8(arp + 5, 4);
        Memory.putU16(arp + 6, REQUEST);
        Memory.putU48(arp + 8, mac);
        Memory.putI32(arp + 14, 0);
        Memory.putU48(arp + 18, 0);
        Memory.putI32(arp + 24, vip);
        return LENGTH;
    }
}
