package lb.core.linux;

/**
 * How a packet ring divides its memory: {@code blocks} blocks of {@code blockBytes}, each cut into
 * slots of {@code slotBytes}. Immutable; any thread.
 *
 * @param blockBytes bytes of a block: whole pages (4,096 bytes); the kernel takes as many pages as
 *     the next power of two
 * @param blocks number of blocks, at least 1
 * @param slotBytes bytes of a slot: a multiple of 16, at least 128, of which a block has a whole
 *     number; TPACKET_V3 packs frames of any length into a block and needs it only for its own
 *     bookkeeping
 */
public record RingGeometry(int blockBytes, int blocks, int slotBytes) {
    private static final int PAGE = 4096;
    private static final int SMALLEST_SLOT = 128;

    /** TPACKET_ALIGNMENT of linux/if_packet.h. */
    private static final int ALIGNMENT = 16;

    /**
     * Room for what an Ethernet of 1,500 bytes carries, in an odd number of cache lines. Were it
     * 2,048 bytes, what is read of each frame would fall into the same few sets of every cache, and
     * be gone from there before its turn.
     */
    private static final int ODD_SLOT = 31 * 64;

    private static final int ODD_SLOTS_OF_A_BLOCK = 64;

    /** Refuses what the kernel would refuse, with the reason that EINVAL keeps to itself. */
    public RingGeometry {
        require(blockBytes >= PAGE && blockBytes % PAGE == 0, "blockBytes", blockBytes);
        require(blocks >= 1 && (long) blocks * blockBytes <= Integer.MAX_VALUE, "blocks", blocks);
        require(
                slotBytes >= SMALLEST_SLOT
                        && slotBytes % ALIGNMENT == 0
                        && blockBytes % slotBytes == 0,
                "slotBytes",
                slotBytes);
    }

    /**
     * One of slots for what an Ethernet of 1,500 bytes carries.
     *
     * @param slots a multiple of 64, at least 64
     */
    public static RingGeometry ofSlots(int slots) {
        require(
                slots >= ODD_SLOTS_OF_A_BLOCK && slots % ODD_SLOTS_OF_A_BLOCK == 0,
                "slots",
                slots,
                "a multiple of " + ODD_SLOTS_OF_A_BLOCK);
        return new RingGeometry(
                ODD_SLOT * ODD_SLOTS_OF_A_BLOCK, slots / ODD_SLOTS_OF_A_BLOCK, ODD_SLOT);
    }

    /** Slots of the whole ring. */
    public int slots() {
        return blockBytes / slotBytes * blocks;
    }

    /** Bytes of the whole ring. */
    public int bytes() {
        return blockBytes * blocks;
    }

    private static void require(boolean holds, String field, int value) {
        require(
                holds,
                field,
                value,
                "a block is whole pages of 4096 bytes and a whole number of slots,"
                        + " a slot a multiple of 16 bytes and at least 128, the whole ring below 2 GiB");
    }

    private static void require(boolean holds, String field, int value, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "ring geometry: " + field + " " + value + " is not usable: " + rule);
        }
    }
}
