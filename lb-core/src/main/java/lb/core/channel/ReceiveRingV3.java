package lb.core.channel;

import lb.core.linux.PacketSocket;
import lb.core.linux.RingGeometry;
import lb.core.linux.RingMemory;

/**
 * A TPACKET_V3 ring: frames packed into blocks (struct tpacket_block_desc and tpacket3_hdr of
 * linux/if_packet.h). Used by one event loop. A batch never spans two blocks.
 */
final class ReceiveRingV3 implements ReceiveRing {
    private static final int BLOCK_STATUS = 8;
    private static final int BLOCK_FRAMES = 12;
    private static final int BLOCK_FIRST = 16;

    private static final int NEXT = 0;
    private static final int CAPTURED = 12;
    private static final int LENGTH = 16;
    private static final int STATUS = 20;
    private static final int MAC = 24;
    private static final int VLAN_TCI = 32;
    private static final int VLAN_PROTOCOL = 36;

    private static final int KERNEL = 0;
    private static final int USER = 1;

    private final PacketSocket socket;
    private final long start;
    private final int blockBytes;
    private final int blocks;
    private int index;
    private boolean opened;
    private int remaining;
    private long header;
    private long truncated;

    ReceiveRingV3(PacketSocket socket, RingGeometry geometry) {
        this.socket = socket;
        start = socket.ring();
        blockBytes = geometry.blockBytes();
        blocks = geometry.blocks();
    }

    @Override
    public boolean isReady() {
        return remaining > 0 || (RingMemory.status(block() + BLOCK_STATUS) & USER) != 0;
    }

    /**
     * The block in turn is the kernel's open one, whose count of frames is live. While the kernel
     * has no open block, because the ring was full, the count is an old one, but then not 0, and
     * the block's timer opens it and clears the count.
     */
    @Override
    public boolean isDrained() {
        long block = block();
        return !opened
                && (RingMemory.status(block + BLOCK_STATUS) & USER) == 0
                && RingMemory.status(block + BLOCK_FRAMES) == 0;
    }

    @Override
    public void fill(FrameBatch batch) {
        if (!opened && !openBlock()) {
            return;
        }
        while (remaining > 0 && !batch.isFull()) {
            long frame = header;
            take(frame, batch);
            header = frame + RingMemory.i32(frame + NEXT);
            remaining--;
        }
    }

    private boolean openBlock() {
        long block = block();
        if ((RingMemory.status(block + BLOCK_STATUS) & USER) == 0) {
            return false;
        }
        remaining = RingMemory.i32(block + BLOCK_FRAMES);
        header = block + RingMemory.i32(block + BLOCK_FIRST);
        opened = true;
        return true;
    }

    private void take(long slot, FrameBatch batch) {
        int length = RingMemory.i32(slot + CAPTURED);
        if (length < RingMemory.i32(slot + LENGTH)) {
            truncated++;
            return;
        }
        long frame = slot + RingMemory.u16(slot + MAC);
        int status = RingMemory.i32(slot + STATUS);
        if ((status & VlanTag.VALID) == 0) {
            batch.add(frame, length);
            return;
        }
        int tpid = VlanTag.tpid(status, RingMemory.u16(slot + VLAN_PROTOCOL));
        VlanTag.putBack(frame, tpid, RingMemory.i32(slot + VLAN_TCI));
        batch.add(frame - VlanTag.LENGTH, length + VlanTag.LENGTH);
    }

    @Override
    public void release() {
        if (!opened || remaining > 0) {
            return;
        }
        RingMemory.putStatus(block() + BLOCK_STATUS, KERNEL);
        index = index + 1 == blocks ? 0 : index + 1;
        opened = false;
    }

    private long block() {
        return start + (long) index * blockBytes;
    }

    @Override
    public String layout() {
        return "v3";
    }

    @Override
    public PacketSocket socket() {
        return socket;
    }

    @Override
    public long truncated() {
        return truncated;
    }

    @Override
    public void close() {
        socket.close();
    }
}
