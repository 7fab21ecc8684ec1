package lb.core.channel;

import lb.core.linux.Errno;
import lb.core.linux.NativeBuffer;
import lb.core.linux.PacketSocket;

/**
 * Room for frames that do not fit a slot of a TPACKET_V2 ring. Used by the event loop of that ring.
 */
final class OversizeBuffers implements AutoCloseable {
    private static final int COUNT = 16;

    /**
     * 64 KiB of IP packet, Ethernet header, two 802.1Q tags, virtio header, rounded up; a multiple
     * of a cache line.
     */
    private static final int BYTES = 65_536 + 128;

    private final PacketSocket socket;
    private final NativeBuffer memory = new NativeBuffer((long) COUNT * BYTES);
    private int used;
    private long frame;

    OversizeBuffers(PacketSocket socket) {
        this.socket = socket;
    }

    boolean areUsedUp() {
        return used == COUNT;
    }

    /**
     * Receives the next oversize frame, with its vnet header in front: its length, or -1 when it is
     * lost.
     */
    int receive() {
        // Room in front for a tag that has to be put back; the Ethernet header ends on a 4-byte
        // boundary.
        long message = memory.address() + (long) used * BYTES + VlanTag.LENGTH + 4;
        int room = BYTES - VlanTag.LENGTH - 4;
        int got = socket.receive(message, room);
        if (got == -Errno.ENETDOWN) {
            // The pending error of a link that went down is told once, in front of the queue.
            got = socket.receive(message, room);
        }
        if (got < FrameBatch.VNET_HEADER_LENGTH || got > room) {
            return -1;
        }
        used++;
        frame = message + FrameBatch.VNET_HEADER_LENGTH;
        return got - FrameBatch.VNET_HEADER_LENGTH;
    }

    /** Where the frame of the last {@link #receive} starts. */
    long frame() {
        return frame;
    }

    void release() {
        used = 0;
    }

    @Override
    public void close() {
        memory.close();
    }
}
