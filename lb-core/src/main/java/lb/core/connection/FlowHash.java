package lb.core.connection;

import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/**
 * How flows are hashed: the sender chooses address and port, so each word meets a secret before a
 * product takes it, and nobody outside can aim at one bucket.
 */
record FlowHash(long secret1, long secret2, long secret3, long secret4) {
    /** The one of this process. */
    static final FlowHash OF_PROCESS = new FlowHash(new SecureRandom());

    FlowHash(RandomGenerator random) {
        this(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
    }

    /** The hash of a flow, never 0: among hashes, 0 stands for "no flow". */
    int of(
            long clientHigh,
            long clientLow,
            long serviceHigh,
            long serviceLow,
            int ports,
            int protocol) {
        // Mapped IPv4 addresses have 32 bits of their own each: side by side they lose nothing.
        long addresses = Long.rotateLeft(clientLow, 32) ^ serviceLow ^ secret1;
        if ((clientHigh | serviceHigh) != 0) {
            long client = fold(addresses, clientHigh ^ secret2);
            addresses = fold(client, serviceHigh ^ secret3) ^ serviceLow;
        }
        long rest = ((long) ports << 32 ^ protocol) ^ secret2;
        // Both halves, unfolded, into a second product: the multiples of an unlucky factor, which
        // flows that differ in one field alone are after one product, are a pattern.
        long low = addresses * rest;
        long high = Math.unsignedMultiplyHigh(addresses, rest);
        int hash = (int) (fold(low ^ secret3, high ^ secret4) >>> 32);
        return hash == 0 ? 1 : hash;
    }

    /** Both halves of the product: each bit of either factor bears on most of them. */
    private static long fold(long one, long other) {
        return Math.unsignedMultiplyHigh(one, other) ^ one * other;
    }

    @Override
    public String toString() {
        return "FlowHash[secrets not shown]";
    }
}
