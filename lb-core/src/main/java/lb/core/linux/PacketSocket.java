package lb.core.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An AF_PACKET socket on one interface, with a ring of mapped memory when it was opened for one
 * (packet(7), Documentation/networking/packet_mmap.rst).
 *
 * <p>Used by one thread, except {@link #losses}, {@link #share} and {@link #close}, which any
 * thread may call. It belongs to the network namespace of the thread that opened it. Every frame in
 * a ring, and every message of {@link #send} and {@link #receive}, starts with the 10 bytes of a
 * virtio network header.
 */
public final class PacketSocket implements AutoCloseable {
    /**
     * Bytes kept free in front of each received frame's headers; puts the network header on a
     * 16-byte boundary.
     */
    public static final int RESERVE = 6;

    private static final int AF_PACKET = 17;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int ETH_P_ALL = 3;
    private static final int LINK_ADDRESS_BYTES = 20;
    private static final int BUFFER_BYTES = 32 << 20;
    private static final int IFF_UP = 1;

    private final PacketInterface link;
    private final PacketOptions options;
    private final int fd;
    private long ring;
    private long ringBytes;
    private long losses;
    private boolean closed;

    private PacketSocket(PacketInterface link) {
        this.link = link;
        // Protocol 0: nothing arrives before bind has narrowed the socket to its interface.
        fd =
                PacketCalls.socket(
                        AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0, "AF_PACKET for " + link.name());
        options = new PacketOptions(fd, link.name());
    }

    /**
     * A socket that receives every frame of an interface, except those sent from this host, into a
     * ring.
     *
     * @param blockTimeoutMillis how long TPACKET_V3 keeps a frame in a block that is not full; V2
     *     ignores it
     * @throws KernelException naming the call and the interface, such as EPERM without CAP_NET_RAW
     */
    public static PacketSocket receiver(
            PacketInterface link,
            RingVersion version,
            RingGeometry geometry,
            int blockTimeoutMillis) {
        return opened(
                new PacketSocket(link),
                socket -> {
                    socket.receiveInto(version, geometry, blockTimeoutMillis);
                    socket.bind(ETH_P_ALL);
                });
    }

    /**
     * As {@link #receiver}, and shares the interface's frames with every other socket of {@code
     * group} (PACKET_FANOUT).
     *
     * @param mode by what they are shared; every socket of the group names the same
     * @param group 1 to 65,535; or 0 for a new group, whose number {@link #fanoutGroup} then tells
     * @param shortcut what it is to pass over, see {@link #passOver}; null for nothing
     */
    public static PacketSocket sharedReceiver(
            PacketInterface link,
            RingVersion version,
            RingGeometry geometry,
            int blockTimeoutMillis,
            FanoutMode mode,
            int group,
            @Nullable KernelShortcut shortcut) {
        return opened(
                new PacketSocket(link),
                socket -> {
                    socket.receiveInto(version, geometry, blockTimeoutMillis);
                    // A bound socket that is not yet in its group would get a second copy of
                    // everything.
                    socket.options.refuseAll();
                    socket.bind(ETH_P_ALL);
                    socket.options.joinFanout(mode, group);
                    if (shortcut == null || !shortcut.filter().isOpen()) {
                        socket.options.refuseNone();
                    } else {
                        socket.passOver(shortcut);
                    }
                });
    }

    /** A socket that sends from a TPACKET_V2 transmit ring and receives nothing. */
    public static PacketSocket transmitter(PacketInterface link, RingGeometry geometry) {
        return opened(
                new PacketSocket(link),
                socket -> {
                    socket.options.version(RingVersion.V2.number());
                    socket.options.vnetHeader();
                    socket.options.bypassQueueing();
                    socket.options.skipMalformed();
                    socket.options.sendBuffer(BUFFER_BYTES);
                    socket.options.transmitRing(geometry);
                    socket.map(geometry.bytes());
                    socket.bind(0);
                });
    }

    /** A socket without a ring: for {@link #send} only, receives nothing. */
    public static PacketSocket sender(PacketInterface link) {
        return opened(
                new PacketSocket(link),
                socket -> {
                    socket.options.vnetHeader();
                    socket.options.bypassQueueing();
                    socket.options.sendBuffer(BUFFER_BYTES);
                    socket.bind(0);
                });
    }

    /** A socket without a ring for {@link #receive} of what passes {@code filter}, and to send. */
    public static PacketSocket listener(PacketInterface link, AddressClaimFilter filter) {
        return opened(
                new PacketSocket(link),
                socket -> {
                    socket.options.vnetHeader();
                    socket.options.bypassQueueing();
                    socket.options.ignoreOutgoing();
                    socket.filter(filter);
                    socket.bind(filter.protocol());
                });
    }

    /** Gives a {@link #listener} another filter, of the same protocol. */
    public void filter(AddressClaimFilter filter) {
        options.filter(filter.code());
    }

    /** Has it pass over what the kernel hands on by this shortcut; for good. */
    public void passOver(KernelShortcut shortcut) {
        options.filter(shortcut.filter());
    }

    /** The interface it is bound to. */
    public PacketInterface link() {
        return link;
    }

    /** The file descriptor, for epoll. */
    public int fd() {
        return fd;
    }

    /** Where the ring's memory starts; 0 without a ring. */
    public long ring() {
        return ring;
    }

    /**
     * Makes the kernel send what stands in the transmit ring: bytes sent, or the negative errno.
     * Does not wait.
     */
    public int sendRing() {
        return PacketCalls.send(fd, 0, 0);
    }

    /**
     * Sends one message, which starts with its virtio network header: bytes sent, or the negative
     * errno. Does not wait.
     */
    public int send(long address, int length) {
        return PacketCalls.send(fd, address, length);
    }

    /**
     * Takes one queued message: the bytes it had, of which at most {@code room} were stored; or the
     * negative errno. Does not wait.
     */
    public int receive(long address, int room) {
        return PacketCalls.receive(fd, address, room);
    }

    /**
     * As {@link #send}, but what fails is tried once more, and nothing is allocated even before the
     * compiler has seen the call: for frames that are few and must not wait.
     */
    public int sendPlain(long address, int length) {
        return PacketCalls.sendPlain(fd, address, length);
    }

    /**
     * As {@link #receive}, but −1 when nothing waits or an error waited instead, which is taken by
     * that; nothing is allocated, as above.
     */
    public int receivePlain(long address, int room) {
        return PacketCalls.receivePlain(fd, address, room);
    }

    /**
     * Reads and clears the socket's pending error (SO_ERROR), without which epoll reports it for
     * ever; 0 for none.
     */
    public int takeError() {
        return options.takeError();
    }

    /** The number of the fanout group it is in. */
    public int fanoutGroup() {
        return options.fanoutGroup();
    }

    /**
     * Gives its fanout group another program, and waits until every frame that went by the former
     * one stands in its ring: some milliseconds, at times many (synchronize_net of the kernel). Any
     * thread, as long as {@link #close} may wait for it; once closed, it does nothing.
     *
     * @throws KernelException when the kernel has no memory; the former program goes on
     */
    public synchronized void share(FanoutProgram program) {
        if (!closed) {
            options.fanoutProgram(program);
        }
    }

    /** Whether the interface is administratively up; false also when it is gone. A system call. */
    public boolean isUp() {
        try (InterfaceRequest request = new InterfaceRequest(fd, link.name())) {
            return (request.at(link.index()).flags() & IFF_UP) != 0;
        } catch (KernelException e) {
            return false;
        }
    }

    /**
     * Frames that found the receive ring full, since the socket was opened. A system call; still
     * told after close.
     */
    public synchronized long losses() {
        if (!closed) {
            // The kernel forgets what it has told.
            losses += options.takeDrops();
        }
        return losses;
    }

    /** Frees the ring and the socket. No address inside the ring may be used afterwards. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        losses();
        closed = true;
        if (ring != 0) {
            PacketCalls.unmap(ring, ringBytes);
            ring = 0;
        }
        PacketCalls.close(fd);
    }

    private void receiveInto(RingVersion version, RingGeometry geometry, int blockTimeoutMillis) {
        // The kernel refuses these once a ring exists.
        options.version(version.number());
        options.vnetHeader();
        options.reserve(RESERVE);
        options.ignoreOutgoing();
        options.copyThreshold();
        options.receiveBuffer(BUFFER_BYTES);
        options.receiveRing(version, geometry, blockTimeoutMillis);
        map(geometry.bytes());
    }

    private void map(long bytes) {
        ring = PacketCalls.map(fd, bytes, "packet ring of " + link.name());
        ringBytes = bytes;
    }

    private void bind(int protocol) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(LINK_ADDRESS_BYTES, 4);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_PACKET);
            address.set(
                    ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), 2, (short) protocol);
            address.set(ValueLayout.JAVA_INT, 4, link.index());
            PacketCalls.bind(fd, address, "AF_PACKET to " + link.name());
        }
    }

    private static PacketSocket opened(PacketSocket socket, Consumer<PacketSocket> setUp) {
        try {
            setUp.accept(socket);
            return socket;
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }
}
