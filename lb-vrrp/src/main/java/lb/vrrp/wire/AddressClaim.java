package lb.vrrp.wire;

import lb.core.wire.Ethernet;
import lb.core.wire.IpAddress;
import lb.core.wire.IpProtocol;
import lb.core.wire.Ipv6;
import lb.core.wire.Memory;

/**
 * A frame that says which MAC address has an IP address: an ARP packet by its sender (RFC 5227
 * section 2.4), or a neighbour advertisement by its target (RFC 4861 section 7.1.2). Owned by one
 * thread, which reads one frame after the other into it; reading allocates nothing.
 */
public final class AddressClaim {
    private static final int ARP_LENGTH = 28;
    private static final int REQUEST = 1;
    private static final int REPLY = 2;

    private static final int ADVERTISEMENT_LENGTH = 24;
    private static final int SOLICITED = 0x4000_0000;

    /** What a frame turned out to be. */
    public enum Verdict {
        /** A claim: all fields can be asked. */
        CLAIM,
        /** Something else, of which nothing more is known. */
        OTHER,
        /** A claim that breaks the rules; {@link AddressClaim#addressHigh} and low are known. */
        MALFORMED
    }

    private long addressHigh;
    private long addressLow;
    private long mac;
    private boolean answer;

    /** Reads a frame that starts with its Ethernet header, at {@code length} bytes of memory. */
    public Verdict read(long frame, int length) {
        if (length < Ethernet.HEADER_LENGTH) {
            return Verdict.OTHER;
        }
        long payload = frame + Ethernet.HEADER_LENGTH;
        int payloadLength = length - Ethernet.HEADER_LENGTH;
        return switch (Ethernet.type(frame)) {
            case Ethernet.TYPE_ARP -> readArp(payload, payloadLength, isUnicast(frame));
            case Ethernet.TYPE_IPV6 -> readIpv6(payload, payloadLength, Ethernet.source(frame));
            default -> Verdict.OTHER;
        };
    }

    private static boolean isUnicast(long frame) {
        return (Memory.u8(frame) & 1) == 0;
    }

    private Verdict readArp(long arp, int length, boolean unicast) {
        if (length < ARP_LENGTH) {
            return Verdict.OTHER;
        }
        addressHigh = 0;
        addressLow = IpAddress.mapped(Memory.i32(arp + 14));
        mac = Memory.u48(arp + 8);
        boolean ethernetAndIpv4 =
                Memory.u16(arp) == 1
                        && Memory.u16(arp + 2) == Ethernet.TYPE_IPV4
                        && Memory.u8(arp + 4) == 6
                        && Memory.u8(arp + 5) == 4;
        int operation = Memory.u16(arp + 6);
        boolean known = operation == REQUEST || operation == REPLY;
        answer = operation == REPLY && unicast;
        return ethernetAndIpv4 && known && mac != 0 ? Verdict.CLAIM : Verdict.MALFORMED;
    }

    private Verdict readIpv6(long ip, int length, long source) {
        if (length < Ipv6.HEADER_LENGTH + ADVERTISEMENT_LENGTH
                || Ipv6.version(ip) != 6
                || Ipv6.nextHeader(ip) != IpProtocol.ICMPV6) {
            return Verdict.OTHER;
        }
        long icmp = ip + Ipv6.HEADER_LENGTH;
        if (Memory.u8(icmp) != NeighborMessage.ADVERTISEMENT) {
            return Verdict.OTHER;
        }
        addressHigh = Memory.i64(icmp + 8);
        addressLow = Memory.i64(icmp + 16);
        mac = source;
        answer = (Memory.i32(icmp + 4) & SOLICITED) != 0;
        int icmpLength = Ipv6.payloadLength(ip);
        boolean whole =
                icmpLength >= ADVERTISEMENT_LENGTH && icmpLength <= length - Ipv6.HEADER_LENGTH;
        return whole && isValid(ip, icmp, icmpLength) ? Verdict.CLAIM : Verdict.MALFORMED;
    }

    private boolean isValid(long ip, long icmp, int length) {
        boolean toGroup = Ipv6.destinationHigh(ip) >>> 56 == 0xff;
        return Ipv6.hopLimit(ip) == 255
                && Memory.u8(icmp + 1) == 0
                && addressHigh >>> 56 != 0xff
                && !(toGroup && answer)
                && NeighborMessage.checksum(ip, icmp, length) == 0
                && readOptions(icmp + ADVERTISEMENT_LENGTH, length - ADVERTISEMENT_LENGTH);
    }

    /** Each option has its length in units of 8 bytes, of which none may be 0. */
    private boolean readOptions(long options, int length) {
        int at = 0;
        while (at + 8 <= length) {
            int optionLength = Memory.u8(options + at + 1) << 3;
            if (optionLength == 0 || at + optionLength > length) {
                return false;
            }
            if (Memory.u8(options + at) == NeighborMessage.TARGET_LINK_LAYER_ADDRESS) {
                mac = Memory.u48(options + at + 2);
            }
            at += optionLength;
        }
        return at == length;
    }

    /** The upper half of the address that is claimed, see {@link IpAddress}. */
    public long addressHigh() {
        return addressHigh;
    }

    /** Its lower half. */
    public long addressLow() {
        return addressLow;
    }

    /** Who claims it: 48 bits. */
    public long mac() {
        return mac;
    }

    /**
     * Whether it is made to somebody who asked: an ARP reply to one machine, or an advertisement
     * with the Solicited flag.
     */
    public boolean isAnswer() {
        return answer;
    }
}
