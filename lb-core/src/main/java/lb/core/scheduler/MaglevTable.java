package lb.core.scheduler;

import java.util.List;
import lb.core.service.RealServer;
import lb.core.service.SchedulerOption;
import org.jspecify.annotations.Nullable;

/**
 * The look-up table of Maglev hashing (Eisenbud et al., NSDI 2016, section 3.4), filled as the
 * kernel's ip_vs_mh fills it. Immutable; any thread.
 *
 * <p>Where the kernel would leave a real server without a slot, because the first round fills the
 * table before its turn, the turns are cut further until a round fits; nothing else differs.
 */
final class MaglevTable {
    /** Slots of the kernel's default build; a prime. */
    static final int KERNEL_SIZE = 4093;

    /** The primes of the kernel's builds, and two beyond them. */
    private static final List<Integer> SIZES =
            List.of(251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521, 65537, 131071, 655373);

    /** {@code table-size=N}. */
    static final SchedulerOption SIZE_OPTION =
            new SchedulerOption(
                    "table-size",
                    "one of " + SIZES.toString().replaceAll("[\\[\\]]", ""),
                    value -> SIZES.stream().anyMatch(size -> value.equals(size.toString())));

    private static final long KEY_1 = 2_654_435_761L;
    private static final long KEY_2 = 2_654_446_892L;

    private final int size;
    private final long reciprocal;
    private final @Nullable RealServer[] slots;

    /**
     * A table over the last weights above 0, so that draining a real server moves no client of the
     * others.
     *
     * @throws IllegalArgumentException when there are more real servers with a weight than slots
     */
    MaglevTable(List<RealServer> realServers, int size) {
        this.size = size;
        reciprocal = Long.divideUnsigned(-1, size) + 1;
        slots = new RealServer[size];
        MaglevTurns turns = MaglevTurns.of(realServers, size);
        if (turns.sum() > 0) {
            fill(realServers, turns);
        }
    }

    /** Round after round each takes its turns: the next free slots of its own permutation. */
    private void fill(List<RealServer> realServers, MaglevTurns turns) {
        int[] position = new int[realServers.size()];
        int[] skip = new int[realServers.size()];
        for (int i = 0; i < position.length; i++) {
            RealServer server = realServers.get(i);
            int key =
                    AddressHash.fold(server.address().high(), server.address().low())
                            + server.port();
            position[i] = Integer.remainderUnsigned(hash(key, KEY_1), size);
            skip[i] = Integer.remainderUnsigned(hash(key, KEY_2), size - 1) + 1;
        }
        for (int free = size; free > 0; ) {
            for (int i = 0; i < position.length && free > 0; i++) {
                for (int turn = 0; turn < turns.of(i) && free > 0; turn++, free--) {
                    while (slots[position[i]] != null) {
                        position[i] = (position[i] + skip[i]) % size;
                    }
                    slots[position[i]] = realServers.get(i);
                }
            }
        }
    }

    /**
     * The slot that {@code key} falls into: its hash modulo the size, by multiplying with the
     * size's reciprocal (Lemire, Kaser and Kurz, "Faster remainder by direct computation", 2019,
     * exact for 32 bits).
     */
    int slotOf(int key) {
        long fraction = reciprocal * (hash(key, KEY_1) & 0xffff_ffffL);
        return (int) Math.unsignedMultiplyHigh(fraction, size);
    }

    private static int hash(int value, long key) {
        return AddressHash.sipHash13(value, key);
    }

    int size() {
        return size;
    }

    /** Who has the slot; null in a table without real servers. */
    @Nullable RealServer at(int slot) {
        return slots[slot];
    }
}
