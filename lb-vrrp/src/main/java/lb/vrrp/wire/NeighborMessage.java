package lb.vrrp.wire;

import lb.core.wire.Checksum;
import lb.core.wire.IpProtocol;
import lb.core.wire.Ipv6;
import lb.core.wire.Memory;

/**
 * A neighbour solicitation or advertisement with one link-layer address option (RFC 4861 sections
 * 4.3, 4.4 and 4.6.1). Stateless; any thread.
 */
final class NeighborMessage {
    static final int SOLICITATION = 135;
    static final int ADVERTISEMENT = 136;
    static final int SOURCE_LINK_LAYER_ADDRESS = 1;
    static final int TARGET_LINK_LAYER_ADDRESS = 2;

    /** Bytes of the message. */
    static final int LENGTH = 32;

    private NeighborMessage() {}

    /**
     * Writes a message behind its IP header, whose addresses its checksum covers.
     *
     * @param ip the header, already written
     * @param option type of the option that holds {@code mac}
     */
    static void write(
            long ip, int type, int flags, long targetHigh, long targetLow, int option, long mac) {
        long icmp = ip + Ipv6.HEADER_LENGTH;
        Memory.putU8(icmp, type);
        Memory.putU8(icmp + 1, 0);
        Memory.putU16(icmp + 2, 0);
        Memory.putI32(icmp + 4, flags);
        AddressBits.write(IpFamily.IPV6, icmp + 8, targetHigh, targetLow);
        Memory.putU8(icmp + 24, option);
        Memory.putU8(icmp + 25, 1);
        Memory.putU48(icmp + 26, mac);
        Memory.putU16(icmp + 2, checksum(ip, icmp, LENGTH));
    }

    /** The checksum of a message; 0 if it contains the right one already. */
    static int checksum(long ip, long icmp, int length) {
        long pseudoHeader =
                PseudoHeader.sum(
                        IpFamily.IPV6,
                        Ipv6.sourceHigh(ip),
                        Ipv6.sourceLow(ip),
                        Ipv6.destinationHigh(ip),
                        Ipv6.destinationLow(ip),
                        IpProtocol.ICMPV6,
                        length);
        return Checksum.finish(Checksum.add(pseudoHeader, icmp, length));
    }
}
