package lb.vrrp.wire;

import lb.core.wire.Ethernet;

/**
 * The frame that asks who else has a VIP: an ARP request that claims nothing itself, because its
 * sender's IP address is 0 (RFC 5227 section 2.1.1). Stateless; any thread.
 */
public final class ArpProbe {
    /** Bytes of the frame, without padding. */
    public static final int LENGTH = ArpRequest.LENGTH;

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
        return ArpRequest.write(to, mac, destinationMac, 0, 0, vip);
    }
}
