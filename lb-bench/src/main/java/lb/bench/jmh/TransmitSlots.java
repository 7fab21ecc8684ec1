package lb.bench.jmh;

import lb.core.channel.FrameBatch;
import lb.core.channel.FrameRewrite;
import lb.core.channel.FrameSink;
import lb.core.channel.PacketChannelOptions;
import lb.core.linux.RingGeometry;
import lb.core.wire.Memory;

/**
 * A way out that does all that a transmit ring does short of calling the kernel: copies frame and
 * virtio header into the next slot, and writes its length and status. Owned by the benchmark's
 * thread.
 */
final class TransmitSlots implements FrameSink {
    private static final RingGeometry GEOMETRY = PacketChannelOptions.v2().transmitGeometry();
    private static final int SLOTS = GEOMETRY.slots();
    private static final int SLOT_BYTES = GEOMETRY.slotBytes();
    private static final int DATA = 32;
    private static final FrameRewrite NO_REWRITE = frame -> {};

    private final long start = Memory.allocateForever(GEOMETRY.bytes());
    private int next;

    @Override
    public boolean transmit(long frame, int length) {
        return transmit(frame, length, NO_REWRITE);
    }

    @Override
    public boolean transmit(long frame, int length, FrameRewrite rewrite) {
        long slot = Memory.known(start + (long) next * SLOT_BYTES);
        int bytes = length + FrameBatch.VNET_HEADER_LENGTH;
        Memory.copy(frame - FrameBatch.VNET_HEADER_LENGTH, slot + DATA, bytes);
        rewrite.apply(slot + DATA + FrameBatch.VNET_HEADER_LENGTH);
        Memory.putI32(slot + 4, bytes);
        Memory.putI32(slot, 1);
        next = next + 1 == SLOTS ? 0 : next + 1;
        return true;
    }

    @Override
    public void flush() {}
}
