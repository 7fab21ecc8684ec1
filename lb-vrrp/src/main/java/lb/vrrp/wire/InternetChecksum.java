package lb.vrrp.wire;

import lb.core.wire.Memory;

/** The one's complement sum of RFC 1071, kept as a long until it is folded. Stateless; any thread. */
final class InternetChecksum {
    /** What a sum over data and its own checksum folds to. */
    static final int VALID = 0xffff;

    private InternetChecksum() {}

    /** The unfolded sum of {@code length} bytes; an odd last byte counts as if a zero followed. */
    static long sum(long address, int length) {
        long sum = 0;
        int at = 0;
        for (; at + 4 <= length; at += 4) {
            sum += Memory.u32(address + at);
        }
        if (at + 2 <= length) {
            sum += Memory.u16(address + at);
            at += 2;
        }
        if (at < length) {
            sum += (long) Memory.u8(address + at) << 8;
        }
        return sum;
    }

    /** The unfolded sum of a 64-bit number. */
    static long sum(long number) {
        return (number >>> 32) + (number & 0xffff_ffffL);
    }

    /** The unfolded sum of a pseudo-header: RFC 793 for IPv4, RFC 8200 section 8.1 for IPv6; the two add up alike. */
    static long pseudoHeader(
            long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, int protocol, int length) {
        return sum(sourceHigh)
                + sum(sourceLow)
                + sum(destinationHigh)
                + sum(destinationLow)
                + protocol
                + length;
    }

    static int fold(long sum) {
        long folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded >>> 16) + (folded & 0xffff);
        }
        return (int) folded;
    }

    /** The checksum field for {@code sum}. */
    static int checksum(long sum) {
        return ~fold(sum) & 0xffff;
    }
}
