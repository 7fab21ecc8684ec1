package lb.core.scheduler;

import lb.core.service.RealServer;
import lb.core.wire.IpAddress;

/** The kernel's hashes of an address and a port. Stateless; any thread. */
final class AddressHash {
    /** 2^32 divided by the golden ratio, as the kernel's hash_32 multiplies. */
    private static final int GOLDEN_RATIO_32 = 0x61C8_8647;

    private static final long GOLDEN_RATIO_64 = 0x9e37_79b9_7f4a_7c15L;

    private AddressHash() {}

    /** An address as 32 bits: IPv4 as it is, IPv6 with its four words exclusive-ored. */
    static int fold(long high, long low) {
        if (IpAddress.isIpv4(high, low)) {
            return (int) low;
        }
        long half = high ^ low;
        return (int) (half >>> 32 ^ half);
    }

    /** The multiplicative hash of {@code sh} and {@code dh}: the upper {@code bits}, 8 to 31. */
    static int multiplicative(int value, int bits) {
        return value * GOLDEN_RATIO_32 >>> Integer.SIZE - bits;
    }

    /**
     * SipHash-1-3 of the four little-endian bytes of {@code value}, as {@code mh} takes it
     * (Aumasson and Bernstein, "SipHash: a fast short-input PRF", with one round a word and three
     * at the end).
     *
     * @param key both 64-bit halves of the key
     * @return the low 32 bits
     */
    static int sipHash13(int value, long key) {
        long v0 = key ^ 0x736f_6d65_7073_6575L;
        long v1 = key ^ 0x646f_7261_6e64_6f6dL;
        long v2 = key ^ 0x6c79_6765_6e65_7261L;
        long v3 = key ^ 0x7465_6462_7974_6573L;
        long word = 4L << 56 | (value & 0xffff_ffffL);
        v3 ^= word;
        for (int round = 0; round < 4; round++) {
            if (round == 1) {
                v0 ^= word;
                v2 ^= 0xff;
            }
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
        }
        return (int) (v0 ^ v1 ^ v2 ^ v3);
    }

    /**
     * 64 well-mixed bits of an address and a number (the finalizer of Stafford's mix 13 after each
     * word). For the schedulers that no kernel has to agree with.
     */
    static long wide(long high, long low, long number) {
        return mix(mix(mix(high + GOLDEN_RATIO_64) ^ low) + number * GOLDEN_RATIO_64);
    }

    /** What a real server is known by to such a scheduler, on every director. */
    static long seed(RealServer server) {
        return wide(server.address().high(), server.address().low(), server.port());
    }

    private static long mix(long value) {
        long z = (value ^ value >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        z = (z ^ z >>> 27) * 0x94d0_49bb_1331_11ebL;
        return z ^ z >>> 31;
    }
}
