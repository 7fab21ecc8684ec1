package lb.core.channel;

import static org.assertj.core.api.Assertions.assertThat;

import lb.core.linux.RingGeometry;
import lb.core.wire.Memory;
import lb.core.wire.VnetHeader;
import org.junit.jupiter.api.Test;

/** A ring that leads nowhere; real ones are in {@link PacketChannelTest}. */
class TransmitRingTest {
    private static final RingGeometry SLOTS_128 = new RingGeometry(1 << 18, 1, 2048);

    @Test
    void aRingToNowhereTakesMoreFramesThanItHasSlots() {
        try (TransmitRing ring = TransmitRing.toNowhere(SLOTS_128);
                Memory.Scratch memory = Memory.scratch(4096)) {
            long frame = memory.address() + VnetHeader.LENGTH;
            for (int i = 0; i < 1_000; i++) {
                assertThat(ring.transmit(frame, 60)).isTrue();
                if (i % 7 == 0) {
                    ring.flush();
                }
            }
            ring.flush();
            assertThat(ring.transmitted()).isEqualTo(1_000);
            assertThat(ring.refused()).isZero();
        }
    }

    @Test
    void aRingToNowhereTakesFramesLargerThanASlotInTheirPlace() {
        try (TransmitRing ring = TransmitRing.toNowhere(SLOTS_128);
                Memory.Scratch memory = Memory.scratch(4096)) {
            long frame = memory.address() + VnetHeader.LENGTH;
            int[] applied = {0};
            assertThat(ring.transmit(frame, 60)).isTrue();
            assertThat(ring.transmit(frame, 3000, at -> applied[0]++)).isTrue();
            assertThat(applied[0]).isEqualTo(1);
            // The one before it has left, too.
            assertThat(ring.transmitted()).isEqualTo(2);
        }
    }

    @Test
    void aClosedRingToNowhereRefuses() {
        TransmitRing ring = TransmitRing.toNowhere(SLOTS_128);
        ring.close();
        try (Memory.Scratch memory = Memory.scratch(4096)) {
            assertThat(ring.transmit(memory.address() + VnetHeader.LENGTH, 60)).isFalse();
        }
        assertThat(ring.refused()).isEqualTo(1);
    }
}
