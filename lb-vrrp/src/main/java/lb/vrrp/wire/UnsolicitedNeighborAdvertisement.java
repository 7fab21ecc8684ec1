package lb.vrrp.wire;

import lb.core.wire.Ethernet;
import lb.core.wire.IpProtocol;
import lb.core.wire.Ipv6;

/**
 * The frame that moves IPv6 neighbours' caches to the new Active: an unsolicited Neighbor
 * Advertisement to all nodes (RFC 9568 section 6.4.2, RFC 4861 section 7.2.6). Stateless; any
 * thread.
 */
public final class UnsolicitedNeighborAdvertisement {
    /** Bytes of the frame. */
    public static final int LENGTH = 86;

    private static final int ROUTER = 0x8000_0000;
    private static final int OVERRIDE = 0x2000_0000;
    private static final long ALL_NODES_HIGH = 0xff02_0000_0000_0000L;
    private static final long ALL_NODES_LOW = 1;

    private UnsolicitedNeighborAdvertisement() {}

    /**
     * Writes the frame.
     *
     * @param to room for {@link #LENGTH} bytes
     * @param mac announced, physical or virtual; also the frame's source
     * @param vipHigh upper half of the VIP, see {@link lb.core.wire.IpAddress}
     * @param vipLow lower half
     * @param router the R flag: whether hosts use the VIP as their gateway
     * @return {@link #LENGTH}
     */
    public static int write(long to, long mac, long vipHigh, long vipLow, boolean router) {
        Ethernet.putDestination(to, 0x3333_0000_0001L);
        Ethernet.putSource(to, mac);
        Ethernet.putType(to, Ethernet.TYPE_IPV6);
        long ip = to + Ethernet.HEADER_LENGTH;
        Ipv6.write(
                ip,
                NeighborMessage.LENGTH,
                IpProtocol.ICMPV6,
                255,
                vipHigh,
                vipLow,
                ALL_NODES_HIGH,
                ALL_NODES_LOW);
        NeighborMessage.write(
                ip,
                NeighborMessage.ADVERTISEMENT,
                router ? ROUTER | OVERRIDE : OVERRIDE,
                vipHigh,
                vipLow,
                NeighborMessage.TARGET_LINK_LAYER_ADDRESS,
                mac);
        return LENGTH;
    }
}
