package lb.vrrp.wire;

import lb.core.wire.Ethernet;

/**
 * The frame that moves IPv4 neighbours' caches to the new Active: an ARP request for a VIP by the
 * VIP (RFC 9568 section 6.4.2, RFC 826). Stateless; any thread.
 */
public final class GratuitousArp {
    /** Bytes of the frame, without padding. */
    public static final int LENGTH = ArpRequest.LENGTH;

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
        // Receivers of a request ignore the target's hardware address; keepalived and FRR fill it
        // with ones.
        return ArpRequest.write(to, mac, Ethernet.BROADCAST, vip, Ethernet.BROADCAST, vip);
    }
}
