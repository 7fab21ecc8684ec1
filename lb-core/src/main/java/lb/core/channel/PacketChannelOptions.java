package lb.core.channel;

import lb.core.linux.RingGeometry;
import lb.core.linux.RingVersion;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link PacketChannel} receives and transmits. Immutable; any thread.
 *
 * @param ring layout of the receive ring: V2 shows each frame at once, V3 is faster and later
 * @param receiveGeometry memory of the receive ring
 * @param transmitGeometry memory of the transmit ring; frames larger than a slot are sent one by
 *     one
 * @param receive false for a channel that only transmits
 * @param spin true to poll all the time, which costs a processor and saves the wake-up; false to
 *     wait in epoll
 * @param lingerNanos under load, how long a round goes on polling an empty ring before it ends and
 *     its output is flushed
 * @param batchesPerRound batches after which a round ends at the latest, so that other tasks of the
 *     event loop run
 * @param blockTimeoutMillis how long a V3 ring holds a frame in a block that is not full, at least
 *     1
 * @param changeRule when the ring changes over between {@code ring} and V3; null for one that stays
 * @param fanout true to share the interface's frames by flow hash with the other channels of the
 *     group
 * @param fanoutGroup the group, 1 to 65,535; 0 for a new one; meaningless without {@code fanout}
 */
public record PacketChannelOptions(
        RingVersion ring,
        RingGeometry receiveGeometry,
        RingGeometry transmitGeometry,
        boolean receive,
        boolean spin,
        long lingerNanos,
        int batchesPerRound,
        int blockTimeoutMillis,
        @Nullable ChangeRule changeRule,
        boolean fanout,
        int fanoutGroup) {
    private static final RingGeometry SLOTS_4096 = RingGeometry.ofSlots(4096);

    /**
     * Fewer to send from: each slot is written again before the processor's cache has given it up,
     * and 1,024 frames are more than a network card keeps under way.
     */
    private static final RingGeometry SLOTS_1024 = RingGeometry.ofSlots(1024);

    private static final RingGeometry BLOCKS_64_OF_256_KIB = new RingGeometry(1 << 18, 64, 2048);
    private static final PacketChannelOptions V2 =
            new PacketChannelOptions(
                    RingVersion.V2,
                    SLOTS_4096,
                    SLOTS_1024,
                    true,
                    false,
                    10_000,
                    16,
                    1,
                    null,
                    false,
                    0);

    /** Refuses values out of range. */
    public PacketChannelOptions {
        require(
                lingerNanos >= 0 && lingerNanos <= 1_000_000,
                "lingerNanos",
                lingerNanos,
                "0 to 1000000");
        require(batchesPerRound >= 1, "batchesPerRound", batchesPerRound, "at least 1");
        require(blockTimeoutMillis >= 1, "blockTimeoutMillis", blockTimeoutMillis, "at least 1");
        require(
                fanoutGroup >= 0 && fanoutGroup <= 0xffff,
                "fanoutGroup",
                fanoutGroup,
                "0 to 65535");
    }

    /** A V2 ring of 4,096 slots to receive and one of 1,024 to send, waiting in epoll. */
    public static PacketChannelOptions v2() {
        return V2;
    }

    /** A V3 receive ring of 64 blocks of 256 KiB with a timer of 1 ms, and the V2 transmit ring. */
    public static PacketChannelOptions v3() {
        return V2.withRing(RingVersion.V3, BLOCKS_64_OF_256_KIB);
    }

    /**
     * A V2 receive ring that gives way to a V3 ring while its worker does not keep up; see {@link
     * ChangeRule}. Where the kernel lacks what that needs (Linux 5.17), it stays, and the log says
     * so.
     */
    public static PacketChannelOptions auto() {
        return V2.withChangeRule(ChangeRule.forSlots(SLOTS_4096.slots()));
    }

    /** A way out for an interface from which nothing is received. */
    public static PacketChannelOptions transmitOnly() {
        return new PacketChannelOptions(
                V2.ring,
                V2.receiveGeometry,
                V2.transmitGeometry,
                false,
                false,
                V2.lingerNanos,
                16,
                1,
                null,
                false,
                0);
    }

    /** The same with another receive ring. */
    public PacketChannelOptions withRing(RingVersion version, RingGeometry geometry) {
        return new PacketChannelOptions(
                version,
                geometry,
                transmitGeometry,
                receive,
                spin,
                lingerNanos,
                batchesPerRound,
                blockTimeoutMillis,
                changeRule,
                fanout,
                fanoutGroup);
    }

    /** The same with another transmit ring. */
    public PacketChannelOptions withTransmitGeometry(RingGeometry geometry) {
        return new PacketChannelOptions(
                ring,
                receiveGeometry,
                geometry,
                receive,
                spin,
                lingerNanos,
                batchesPerRound,
                blockTimeoutMillis,
                changeRule,
                fanout,
                fanoutGroup);
    }

    /** The same, polling all the time or not. */
    public PacketChannelOptions withSpin(boolean polling) {
        return new PacketChannelOptions(
                ring,
                receiveGeometry,
                transmitGeometry,
                receive,
                polling,
                lingerNanos,
                batchesPerRound,
                blockTimeoutMillis,
                changeRule,
                fanout,
                fanoutGroup);
    }

    /** The same with another time of polling an empty ring. */
    public PacketChannelOptions withLingerNanos(long nanos) {
        return new PacketChannelOptions(
                ring,
                receiveGeometry,
                transmitGeometry,
                receive,
                spin,
                nanos,
                batchesPerRound,
                blockTimeoutMillis,
                changeRule,
                fanout,
                fanoutGroup);
    }

    /** The same with a receive ring that stays as it is. */
    PacketChannelOptions steady() {
        return withChangeRule(null);
    }

    /** The same, changing over by a rule between the ring it has, which is V2, and V3. */
    PacketChannelOptions withChangeRule(@Nullable ChangeRule rule) {
        return new PacketChannelOptions(
                ring,
                receiveGeometry,
                transmitGeometry,
                receive,
                spin,
                lingerNanos,
                batchesPerRound,
                blockTimeoutMillis,
                rule,
                fanout,
                fanoutGroup);
    }

    /** The same as a member of a fanout group; 0 makes a new one. */
    public PacketChannelOptions withFanoutGroup(int group) {
        return new PacketChannelOptions(
                ring,
                receiveGeometry,
                transmitGeometry,
                receive,
                spin,
                lingerNanos,
                batchesPerRound,
                blockTimeoutMillis,
                changeRule,
                true,
                group);
    }

    private static void require(boolean holds, String field, long value, String range) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "packet channel: " + field + " is " + value + ", allowed is " + range);
        }
    }
}
