package lb.vrrp.wire;

import lb.core.wire.Ethernet;
import lb.core.wire.Memory;

/**
 * The frame that moves IPv4 neighbours' caches to the new Active: an ARP request for a VIP by the
 * VIP (RFC 9568 section 6.4.2, RFC 826). Stateless; any thread.
 */
public final class GratuitousArp {
    /** Bytes of the frame, without padding. */
    public static final int LENGTH = 42;

    private GratuitousArp() {}

    /**
     * Writes the frame.
     *
     * @param to room for {@link #LENGTH} bytes
     * @param mac announced, physical or virtual; also the frame's source
     * @param vip IPv4 address
     * @return {@link #LENGTH}
     */
    public static int write(long to, long mac, int vip) {
        Ethernet.putDestination(to, Ethernet.BROADCAST);
        Ethernet.putSource(to, mac);
        Ethernet.putType(to, Ethernet.TYPE_ARP);
        long arp = to + Ethernet.HEADER_LENGTH;
        Memory.putU16(arp, 1);
        Memory.putU16(arp + 2, Ethernet.TYPE_IPV4);
        Memory.putU8(arp + 4, 6);
        Memory.putU8(arp + 5, 4);
        Memory.putU16(arp + 6, 1);
        Memory.putU48(arp + 8, mac);
        Memory.putI32(arp + 14, vip);
        // Receivers of a request ignore the target's hardware address; keepalived and FRR fill it
        // with ones.
        Memory.putU48(arp + 18, Ethernet.BROADCAST);
        Memory.putI32(arp + 24, vip);
        return LENGTH;
    }
}
