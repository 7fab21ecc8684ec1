package lb.vrrp.wire;

import lb.core.wire.Ethernet;
import lb.core.wire.IpProtocol;
import lb.core.wire.Ipv6;

/**
 * The frame that asks who else has an IPv6 VIP: a neighbour solicitation to the VIP's
 * solicited-node group, which only those that have it are in (RFC 4861 section 4.3). Stateless; any
 * thread.
 *
 * <p>It comes from our own address, not from the unspecified one as in duplicate address detection:
 * that would be answered to all nodes, and move their caches to the rival.
 */
public final class NeighborSolicitation {
    /** Bytes of the frame. */
    public static final int LENGTH = 86;

    /** ff02::1:ff00:0/104, RFC 4291 section 2.7.1. */
    private static final long GROUP_HIGH = 0xff02_0000_0000_0000L;

    private static final long GROUP_LOW = 0x0000_0001_ff00_0000L;
    private static final long GROUP_MAC = 0x3333_ff00_0000L;
    private static final long LAST_24_BITS = 0xff_ffff;

    private NeighborSolicitation() {}

    /**
     * Writes the frame.
     *
     * @param to room for {@link #LENGTH} bytes
     * @param mac the interface's own: the answer goes there
     * @param sourceHigh upper half of an address of this interface that is no VIP
     * @param sourceLow lower half
     * @param vipHigh upper half of the VIP
     * @param vipLow lower half
     * @return {@link #LENGTH}
     */
    public static int write(
            long to, long mac, long sourceHigh, long sourceLow, long vipHigh, long vipLow) {
        long groupLow = GROUP_LOW | vipLow & LAST_24_BITS;
        Ethernet.putDestination(to, GROUP_MAC | vipLow & LAST_24_BITS);
        Ethernet.putSource(to, mac);
        Ethernet.putType(to, Ethernet.TYPE_IPV6);
        long ip = to + Ethernet.HEADER_LENGTH;
        Ipv6.write(
                ip,
                NeighborMessage.LENGTH,
                IpProtocol.ICMPV6,
                255,
                sourceHigh,
                sourceLow,
                GROUP_HIGH,
                groupLow);
        NeighborMessage.write(
                ip,
                NeighborMessage.SOLICITATION,
                0,
                vipHigh,
                vipLow,
                NeighborMessage.SOURCE_LINK_LAYER_ADDRESS,
                mac);
        return LENGTH;
    }
}
