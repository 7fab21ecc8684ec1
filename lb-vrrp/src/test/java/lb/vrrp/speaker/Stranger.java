package lb.vrrp.speaker;

import java.util.concurrent.atomic.AtomicLong;
import lb.core.linux.NativeBuffer;
import lb.core.linux.PacketInterface;
import lb.core.linux.RawIpSocket;
import lb.core.wire.IpAddress;
import lb.vrrp.wire.AdvertEncoder;
import lb.vrrp.wire.AdvertFormat;
import lb.vrrp.wire.AdvertView;
import lb.vrrp.wire.VrrpHeader;

/**
 * Somebody on the segment who sends adverts as told, and notes when those of a speaker come. One
 * thread sends, one listens.
 */
final class Stranger implements AutoCloseable {
    private static final int ROOM = 2048;
    private static final int IPV4_HEADER = 20;
    private static final int CHECKSUM_OFFSET = 6;

    private final NativeBuffer memory = new NativeBuffer(2 * ROOM);
    private final RawIpSocket socket;
    private final AdvertFormat format;
    private final AdvertEncoder encoder;
    private final Thread listener;
    private volatile boolean closed;

    /** Longest time between two adverts with a priority above 0, since the last reset. */
    final AtomicLong longestGapNanos = new AtomicLong();

    final AtomicLong heard = new AtomicLong();

    Stranger(Segment segment, String side, IpAddress own, VrrpInstance instance) throws Exception {
        format = instance.format();
        encoder = new AdvertEncoder(format, own, -1);
        socket =
                segment.in(
                        side,
                        () ->
                                RawIpSocket.open(
                                        false,
                                        VrrpHeader.PROTOCOL,
                                        Segment.LINK,
                                        PacketInterface.named(Segment.LINK).index()));
        socket.join(format.group().toInetAddress());
        listener = Thread.ofPlatform().name("stranger").daemon().start(this::listen);
    }

    private void listen() {
        AdvertView view = new AdvertView();
        long last = System.nanoTime();
        while (!closed) {
            int length = socket.receive(memory.address() + ROOM, ROOM);
            if (length < 0) {
                java.util.concurrent.locks.LockSupport.parkNanos(200_000);
                continue;
            }
            view.readPacket(memory.address() + ROOM, length);
            if (view.vrid() == format.vrid() && view.priority() > 0) {
                long now = System.nanoTime();
                longestGapNanos.accumulateAndGet(now - last, Math::max);
                last = now;
                heard.incrementAndGet();
            }
        }
    }

    /** Sends an advert; a bad one has a wrong checksum. */
    void send(int priority, boolean good) {
        int length = encoder.packet(memory.address(), priority);
        if (!good) {
            long checksum = memory.address() + IPV4_HEADER + CHECKSUM_OFFSET;
            lb.core.wire.Memory.putU16(checksum, lb.core.wire.Memory.u16(checksum) ^ 0x5555);
        }
        int sent =
                socket.send(memory.address(), length, format.group().high(), format.group().low());
        if (sent < 0) {
            throw new AssertionError("not sent: " + sent);
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        listener.join();
        socket.close();
        memory.close();
    }
}
