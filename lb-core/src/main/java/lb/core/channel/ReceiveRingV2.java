package lb.core.channel;

import lb.core.linux.PacketSocket;
import lb.core.linux.RingGeometry;
import lb.core.linux.RingMemory;

/**
 * A TPACKET_V2 ring: one slot a frame (struct tpacket2_hdr of linux/if_packet.h). Used by one event
 * loop.
 *
 * <p>A frame larger than a slot comes a second time, whole, through the socket's queue, in the
 * order of the slots.
 */
final class ReceiveRingV2 implements ReceiveRing {
    private static final int STATUS = 0;
    private static final int LENGTH = 4;
    private static final int CAPTURED = 8;
    private static final int MAC = 12;
    private static final int VLAN_TCI = 24;
    private static final int VLAN_PROTOCOL = 26;

    private static final int KERNEL = 0;
    private static final int USER = 1;
    private static final int COPY = 1 << 1;

    private final PacketSocket socket;
    private final OversizeBuffers oversize;
    private final long start;
    private final int slotBytes;
    private final int slots;
    private int next;
    private int held;
    private long truncated;

    ReceiveRingV2(PacketSocket socket, RingGeometry geometry) {
        this.socket = socket;
        start = socket.ring();
        slotBytes = geometry.slotBytes();
        slots = geometry.slots();
        oversize = new OversizeBuffers(socket);
    }

    @Override
    public boolean isReady() {
        return (RingMemory.status(slot(next) + STATUS) & USER) != 0;
    }

    @Override
    public boolean isDrained() {
        return held == 0 && !isReady();
    }

    @Override
    public void fill(FrameBatch batch) {
        // A ring smaller than a batch must not be gone round twice: what is held still says USER.
        while (!batch.isFull() && held < slots) {
            long slot = slot(next);
            int status = RingMemory.status(slot + STATUS);
            if ((status & USER) == 0 || ((status & COPY) != 0 && oversize.areUsedUp())) {
                return;
            }
            take(slot, status, batch);
            next = next + 1 == slots ? 0 : next + 1;
            held++;
        }
    }

    private void take(long slot, int status, FrameBatch batch) {
        if ((status & COPY) != 0) {
            takeOversize(slot, status, batch);
            return;
        }
        int length = RingMemory.i32(slot + CAPTURED);
        if (length < RingMemory.i32(slot + LENGTH)) {
            truncated++;
            return;
        }
        add(slot, status, slot + RingMemory.u16(slot + MAC), length, batch);
    }

    private void takeOversize(long slot, int status, FrameBatch batch) {
        int length = oversize.receive();
        if (length < 0) {
            truncated++;
            return;
        }
        add(slot, status, oversize.frame(), length, batch);
    }

    private static void add(long slot, int status, long frame, int length, FrameBatch batch) {
        if ((status & VlanTag.VALID) == 0) {
            batch.add(frame, length);
            return;
        }
        int tpid = VlanTag.tpid(status, RingMemory.u16(slot + VLAN_PROTOCOL));
        VlanTag.putBack(frame, tpid, RingMemory.u16(slot + VLAN_TCI));
        batch.add(frame - VlanTag.LENGTH, length + VlanTag.LENGTH);
    }

    @Override
    public void release() {
        int slot = next - held;
        for (int i = 0; i < held; i++) {
            RingMemory.putStatus(slot(slot < 0 ? slot + slots : slot) + STATUS, KERNEL);
            slot++;
        }
        held = 0;
        oversize.release();
    }

    private long slot(int index) {
        return start + (long) index * slotBytes;
    }

    @Override
    public String layout() {
        return "v2";
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
        oversize.close();
    }
}
