package lb.core.channel;

import java.util.concurrent.atomic.AtomicLong;
import lb.core.linux.Errno;
import lb.core.linux.PacketInterface;
import lb.core.linux.PacketSocket;
import lb.core.linux.RingGeometry;
import lb.core.linux.RingMemory;
import lb.core.wire.Memory;
import lb.core.wire.VnetHeader;

/**
 * A TPACKET_V2 transmit ring of one interface; frames larger than a slot go out by send, in their
 * place in the order.
 *
 * <p>Used by one thread, the event loop of its channel; only the counters may be read by others.
 * The kernel is called once for {@value #FLUSH_AT} frames, and at {@link #flush}.
 */
public final class TransmitRing implements FrameSink, AutoCloseable {
    /** Queued frames at which the ring flushes itself. */
    public static final int FLUSH_AT = 64;

    static final int STATUS = 0;
    static final int LENGTH = 4;

    /** TPACKET2_HDRLEN without its sockaddr_ll: where the kernel looks for the data of a slot. */
    private static final int DATA = 32;

    private static final int FRAME = DATA + FrameBatch.VNET_HEADER_LENGTH;

    static final int AVAILABLE = 0;
    static final int SEND_REQUEST = 1;

    /** Flushes without progress after which queued frames are too old to be of use. */
    private static final int PATIENCE = 256;

    private final RingOutlet outlet;
    private final Runnable onStall;
    private final long start;
    private final int slotBytes;
    private final int slots;
    private final int room;

    private int next;
    private int queued;
    private int stalls;
    private boolean down;
    private boolean closed;
    private long accepted;
    private final AtomicLong transmitted = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong discarded = new AtomicLong();

    private TransmitRing(RingOutlet outlet, RingGeometry geometry, Runnable onStall) {
        this.outlet = outlet;
        this.onStall = onStall;
        start = outlet.ring();
        slotBytes = geometry.slotBytes();
        slots = geometry.slots();
        room = slotBytes - FRAME;
    }

    /**
     * A ring in the network namespace of the calling thread.
     *
     * @param onStall called by {@link #flush} when the kernel left frames in the ring, so that
     *     somebody flushes again
     */
    public static TransmitRing open(PacketInterface link, RingGeometry geometry, Runnable onStall) {
        PacketSocket socket = PacketSocket.transmitter(link, geometry);
        try {
            RingOutlet kernel = new RingOutlet.Kernel(socket, PacketSocket.sender(link));
            return new TransmitRing(kernel, geometry, onStall);
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * A ring without an interface, which forgets what it takes: to rehearse the way of a frame into
     * the ring with the code that real ones will run. {@link #flush} is not rehearsed to its end:
     * no kernel is called.
     */
    public static TransmitRing toNowhere(RingGeometry geometry) {
        RingOutlet.Kernel.load();
        return new TransmitRing(new RingOutlet.Nowhere(geometry), geometry, () -> {});
    }

    @Override
    public boolean transmit(long frame, int length) {
        if (length > room) {
            return transmitOversize(frame, length);
        }
        if (!isReady()) {
            return refuse();
        }
        copy(frame, length);
        queue(length);
        return true;
    }

    @Override
    public boolean transmit(long frame, int length, FrameRewrite rewrite) {
        if (length > room) {
            rewrite.apply(frame);
            return transmitOversize(frame, length);
        }
        if (!isReady()) {
            return refuse();
        }
        copy(frame, length);
        rewrite.apply(slot(next) + FRAME);
        queue(length);
        return true;
    }

    private boolean isReady() {
        return !closed && !down && isAvailable();
    }

    private void copy(long frame, int length) {
        long data = slot(next) + DATA;
        long vnetHeader = frame - FrameBatch.VNET_HEADER_LENGTH;
        Memory.copy(vnetHeader, data, length + FrameBatch.VNET_HEADER_LENGTH);
        if (!VnetHeader.isSegmented(frame)) {
            copyRatherThanRefer(data, length);
        }
    }

    private void queue(int length) {
        long slot = slot(next);
        RingMemory.putI32(slot + LENGTH, length + FrameBatch.VNET_HEADER_LENGTH);
        RingMemory.putStatus(slot + STATUS, SEND_REQUEST);
        next = next + 1 == slots ? 0 : next + 1;
        accepted++;
        queued++;
        if (queued >= FLUSH_AT) {
            flush();
        }
    }

    /**
     * The kernel copies as many bytes as the virtio header names for its headers, and refers to the
     * ring's pages for the rest. A packet without pages is cheaper: a veth or a bridge, which hands
     * it to a receiver on this host, would have to allocate pages and copy those after all.
     */
    private static void copyRatherThanRefer(long vnetHeader, int length) {
        VnetHeader.putHeadersLength(vnetHeader + VnetHeader.LENGTH, length);
    }

    private boolean isAvailable() {
        if (RingMemory.status(slot(next) + STATUS) == AVAILABLE) {
            return true;
        }
        // In a stalled ring only every FLUSH_ATth attempt calls the kernel.
        queued++;
        if (stalls == 0 || queued >= FLUSH_AT) {
            flush();
        }
        // Anew: a flush that discards takes slots back, and so moves the next one.
        return RingMemory.status(slot(next) + STATUS) == AVAILABLE;
    }

    private boolean transmitOversize(long frame, int length) {
        flush();
        if (closed || down || stalls > 0) {
            return refuse();
        }
        int sent =
                outlet.send(
                        frame - FrameBatch.VNET_HEADER_LENGTH,
                        length + FrameBatch.VNET_HEADER_LENGTH);
        if (sent < 0) {
            down = isDown(sent);
            return refuse();
        }
        accepted++;
        transmitted.lazySet(accepted);
        return true;
    }

    private boolean refuse() {
        refused.lazySet(refused.getPlain() + 1);
        return false;
    }

    /**
     * Hands everything queued to the kernel. What the kernel refuses for now stays queued for the
     * next flush; what it refuses because the interface is down is thrown away and counted, and so
     * is what it refused {@value #PATIENCE} times in a row.
     */
    @Override
    public void flush() {
        if (closed || (queued == 0 && stalls == 0 && !down)) {
            return;
        }
        int sent = outlet.sendRing();
        queued = 0;
        down = isDown(sent);
        if (down || stalls >= PATIENCE) {
            discard();
        }
        boolean stalled = RingMemory.status(slot(previous(next)) + STATUS) == SEND_REQUEST;
        stalls = !stalled ? 0 : sent > 0 ? 1 : stalls + 1;
        transmitted.lazySet(accepted);
        if (stalled) {
            onStall.run();
        }
    }

    /**
     * Whether the result of a send says that the interface is down (ENETDOWN) or gone (ENXIO,
     * ENODEV).
     */
    private static boolean isDown(int sent) {
        return sent == -Errno.ENETDOWN || sent == -Errno.ENODEV || sent == -ENXIO;
    }

    private static final int ENXIO = 6;

    /**
     * Takes back what the kernel has not sent: the slots before {@link #next} that are still
     * requests.
     */
    private void discard() {
        long count = 0;
        while (RingMemory.status(slot(previous(next)) + STATUS) == SEND_REQUEST) {
            next = previous(next);
            RingMemory.putStatus(slot(next) + STATUS, AVAILABLE);
            count++;
        }
        accepted -= count;
        discarded.lazySet(discarded.getPlain() + count);
    }

    private int previous(int index) {
        return index == 0 ? slots - 1 : index - 1;
    }

    private long slot(int index) {
        return Memory.known(start + (long) index * slotBytes);
    }

    /** Frames handed to the kernel, as of the last flush. Any thread. */
    public long transmitted() {
        return transmitted.get();
    }

    /** Frames not taken: the ring was full or the interface down. Any thread. */
    public long refused() {
        return refused.get();
    }

    /**
     * Frames taken and then thrown away, because the interface went down or sent nothing for too
     * long. Any thread.
     */
    public long discarded() {
        return discarded.get();
    }

    /**
     * Frees the ring; every later {@link #transmit} is refused. Frames not yet flushed are lost.
     */
    @Override
    public void close() {
        closed = true;
        outlet.close();
    }
}
