package lb.core.linux;

/**
 * How a packet ring divides its memory: {@code blocks} blocks of {@code blockBytes}, each cut into
 * slots of {@code slotBytes}. Immutable; any thread.
 *
 * @param blockBytes bytes of a block: a power of two, at least a page (4,096)
 * @param blocks number of blocks, at least 1
 * @param slotBytes bytes of a slot: a power of two between 128 and {@code blockBytes}; TPACKET_V3
 *     packs frames of any length into a block and needs it only for its own bookkeeping
 */
public record RingGeometry(int blockBytes, int blocks, int slotBytes) {
    private static final int PAGE = 4096;
    private static final int SMALLEST_SLOT = 128;

    /** Refuses what the kernel would refuse, with the reason that EINVAL keeps to itself. */
    public RingGeometry {
        require(Integer.bitCount(blockBytes) == 1 && blockBytes >= PAGE, "blockBytes", blockBytes);
        require(blocks >= 1 && (long) blocks * blockBytes <= Integer.MAX_VALUE, "blocks", blocks);
        require(
                Integer.bitCount(slotBytes) == 1
                        && slotBytes >= SMALLEST_SLOT
                        && slotBytes <= blockBytes,
                "slotBytes",
                slotBytes);
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
        if (!holds) {
            throw new IllegalArgumentException(
                    "ring geometry: "
                            + field
                            + " "
                            + value
                            + " is not usable: blocks and slots are powers of two, a block at least 4096 bytes,"
                            + " a slot 128 bytes to one block, the whole ring below 2 GiB");
        }
    }
}
