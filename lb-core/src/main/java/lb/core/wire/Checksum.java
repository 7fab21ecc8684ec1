package lb.core.wire;

/** The Internet checksum (RFC 1071). Stateless; any thread. */
public final class Checksum {
    private Checksum() {}

    /**
     * The checksum of {@code length} bytes: the complement of their folded one's-complement sum.
     */
    public static int of(long address, int length) {
        return finish(add(0, address, length));
    }

    /**
     * Adds the 16-bit words of {@code length} bytes to a running sum; an odd last byte is padded
     * with zero.
     */
    public static long add(long sum, long address, int length) {
        long at = address;
        int left = length;
        for (; left >= 4; left -= 4, at += 4) {
            sum += Memory.u32(at);
        }
        if (left >= 2) {
            sum += Memory.u16(at);
            at += 2;
            left -= 2;
        }
        return left == 0 ? sum : sum + ((long) Memory.u8(at) << 8);
    }

    /** Folds a running sum to 16 bits and complements it. */
    public static int finish(long sum) {
        long folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (int) ~folded & 0xffff;
    }

    /** Whether {@code length} bytes that contain their own checksum sum up as they should. */
    public static boolean isValid(long address, int length) {
        return of(address, length) == 0;
    }
}
