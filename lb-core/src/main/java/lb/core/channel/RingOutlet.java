package lb.core.channel;

import lb.core.linux.PacketSocket;
import lb.core.linux.RingGeometry;
import lb.core.linux.RingMemory;
import lb.core.wire.Memory;

/** Where the frames of a {@link TransmitRing} go. Used by the ring's thread. */
sealed interface RingOutlet {
    /** Address of the ring's first slot. */
    long ring();

    /**
     * Takes what stands in the ring: bytes sent, or the negative errno. What it leaves there is
     * still a request.
     */
    int sendRing();

    /**
     * Sends one frame past the ring, which starts with its virtio network header: bytes sent, or
     * the negative errno.
     */
    int send(long address, int length);

    /** Frees the ring's memory, and the sockets if there are any. */
    void close();

    /**
     * An interface.
     *
     * @param socket has the ring
     * @param oversize has none
     */
    record Kernel(PacketSocket socket, PacketSocket oversize) implements RingOutlet {
        /**
         * Does nothing but have this class loaded: code that is compiled while {@link Nowhere} is
         * the only outlet is thrown away when another one appears.
         */
        static void load() {}

        @Override
        public long ring() {
            return socket.ring();
        }

        @Override
        public int sendRing() {
            return socket.sendRing();
        }

        @Override
        public int send(long address, int length) {
            return oversize.send(address, length);
        }

        @Override
        public void close() {
            socket.close();
            oversize.close();
        }
    }

    /** No interface: everything is taken, and forgotten. */
    final class Nowhere implements RingOutlet {
        private final Memory.Scratch memory;
        private final RingGeometry geometry;
        private int next;

        Nowhere(RingGeometry geometry) {
            this.geometry = geometry;
            memory = Memory.scratch(geometry.bytes());
        }

        @Override
        public long ring() {
            return memory.address();
        }

        @Override
        public int sendRing() {
            int bytes = 0;
            long slot = slot();
            while (RingMemory.status(slot + TransmitRing.STATUS) == TransmitRing.SEND_REQUEST) {
                bytes += RingMemory.i32(slot + TransmitRing.LENGTH);
                RingMemory.putStatus(slot + TransmitRing.STATUS, TransmitRing.AVAILABLE);
                next = next + 1 == geometry.slots() ? 0 : next + 1;
                slot = slot();
            }
            return bytes;
        }

        private long slot() {
            return memory.address() + (long) next * geometry.slotBytes();
        }

        @Override
        public int send(long address, int length) {
            return length;
        }

        @Override
        public void close() {
            memory.close();
        }
    }
}
