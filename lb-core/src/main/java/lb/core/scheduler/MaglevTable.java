package lb.core.scheduler;

import java.util.List;
import lb.core.service.RealServer;
import org.jspecify.annotations.Nullable;

/**
 * The look-up table of Maglev hashing (Eisenbud et al., NSDI 2016, section 3.4), filled as the
 * kernel's ip_vs_mh fills it. Immutable; any thread.
 */
final class MaglevTable {
    /** Slots of the kernel's default build; a prime. */
    static final int KERNEL_SIZE = 4093;

    /** How far the kernel keeps the weights apart at that size: turns of at most 6 bits. */
    private static final int KERNEL_TURN_BITS = 6;

    private static final long KEY_1 = 2_654_435_761L;
    private static final long KEY_2 = 2_654_446_892L;

    private final @Nullable RealServer[] slots = new RealServer[KERNEL_SIZE];

    /**
     * A table over the last weights above 0, so that draining a real server moves no client of the
     * others.
     */
    MaglevTable(List<RealServer> realServers) {
        int divisor = Weights.greatestCommonDivisor(realServers, RealServer::lastWeight);
        if (divisor == 0) {
            return;
        }
        int greatest = Weights.greatest(realServers, RealServer::lastWeight) / divisor;
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(greatest);
        fill(realServers, divisor, Math.max(0, bits - KERNEL_TURN_BITS));
    }

    /**
     * Round after round each real server takes its turns: the next free slots of its own
     * permutation.
     */
    private void fill(List<RealServer> realServers, int divisor, int shift) {
        int[] position = new int[realServers.size()];
        int[] skip = new int[realServers.size()];
        int[] turns = new int[realServers.size()];
        for (int i = 0; i < turns.length; i++) {
            RealServer server = realServers.get(i);
            int key =
                    AddressHash.fold(server.address().high(), server.address().low())
                            + server.port();
            position[i] = Integer.remainderUnsigned(hash(key, KEY_1), KERNEL_SIZE);
            skip[i] = Integer.remainderUnsigned(hash(key, KEY_2), KERNEL_SIZE - 1) + 1;
            int weight = server.lastWeight();
            turns[i] = weight == 0 ? 0 : Math.max(1, weight / divisor >> shift);
        }
        for (int free = KERNEL_SIZE; free > 0; ) {
            for (int i = 0; i < turns.length && free > 0; i++) {
                for (int turn = 0; turn < turns[i] && free > 0; turn++, free--) {
                    while (slots[position[i]] != null) {
                        position[i] = (position[i] + skip[i]) % KERNEL_SIZE;
                    }
                    slots[position[i]] = realServers.get(i);
                }
            }
        }
    }

    /** The slot that {@code key} falls into. */
    static int slotOf(int key) {
        return Integer.remainderUnsigned(hash(key, KEY_1), KERNEL_SIZE);
    }

    private static int hash(int value, long key) {
        return AddressHash.sipHash13(value, key);
    }

    /** Who has the slot; null in a table without real servers. */
    @Nullable RealServer at(int slot) {
        return slots[slot];
    }
}
