package lb.core.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/** A NETLINK_ROUTE socket and its receive buffer. Used by one thread at a time. */
final class NetlinkSocket implements AutoCloseable {
    /** What {@link #receive} returns when nothing came in time. */
    static final int NOTHING = -1;

    /**
     * What {@link #receive} returns when messages were lost: ENOBUFS, or a datagram larger than the
     * buffer.
     */
    static final int LOST = -2;

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUF = 8;
    private static final int SOL_NETLINK = 270;
    private static final int ADD_MEMBERSHIP = 1;
    private static final int CAP_ACK = 10;
    private static final int EXT_ACK = 11;
    private static final int MSG_DONTWAIT_TRUNC = 0x40 | 0x20;
    private static final short POLLIN = 1;
    private static final int ADDRESS_LENGTH = 12;
    private static final int SENDER_OFFSET = 4;
    private static final int BUFFER_LENGTH = 1 << 16;

    private static final MethodHandle SOCKET =
            Libc.function("socket", Libc.INT, Libc.INT, Libc.INT, Libc.INT);
    private static final MethodHandle BIND =
            Libc.function("bind", Libc.INT, Libc.INT, Libc.POINTER, Libc.INT);
    private static final MethodHandle SETSOCKOPT =
            Libc.function(
                    "setsockopt", Libc.INT, Libc.INT, Libc.INT, Libc.INT, Libc.POINTER, Libc.INT);
    private static final MethodHandle SENDTO =
            Libc.function(
                    "sendto",
                    Libc.LONG,
                    Libc.INT,
                    Libc.POINTER,
                    Libc.LONG,
                    Libc.INT,
                    Libc.POINTER,
                    Libc.INT);
    private static final MethodHandle RECVFROM =
            Libc.function(
                    "recvfrom",
                    Libc.LONG,
                    Libc.INT,
                    Libc.POINTER,
                    Libc.LONG,
                    Libc.INT,
                    Libc.POINTER,
                    Libc.POINTER);
    private static final MethodHandle POLL =
            Libc.function("poll", Libc.INT, Libc.POINTER, Libc.LONG, Libc.INT);

    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(BUFFER_LENGTH, Long.BYTES);
    private final MemorySegment sender = arena.allocate(ADDRESS_LENGTH, Integer.BYTES);
    private final MemorySegment senderLength = arena.allocate(ValueLayout.JAVA_INT);
    private final MemorySegment pollRequest = arena.allocate(Long.BYTES, Integer.BYTES);
    private final Descriptor descriptor;

    /** Opens and binds it in the calling thread's network namespace. */
    NetlinkSocket() {
        descriptor = new Descriptor(open());
        try {
            bind();
            set(SOL_NETLINK, CAP_ACK, 1, "NETLINK_CAP_ACK");
            set(SOL_NETLINK, EXT_ACK, 1, "NETLINK_EXT_ACK");
        } catch (KernelException e) {
            close();
            throw e;
        }
    }

    int fd() {
        return descriptor.fd();
    }

    /** Joins a multicast group (RTNLGRP_…). */
    void join(int group) {
        set(SOL_NETLINK, ADD_MEMBERSHIP, group, "NETLINK_ADD_MEMBERSHIP " + group);
    }

    /** Asks for a receive queue of so many bytes; the kernel caps it at net.core.rmem_max. */
    void receiveQueue(int bytes) {
        set(SOL_SOCKET, SO_RCVBUF, bytes, "SO_RCVBUF");
    }

    void send(NetlinkRequest request, int sequence) {
        byte[] message = request.toBytes(sequence);
        try (Arena call = Arena.ofConfined()) {
            MemorySegment state = Libc.state();
            MemorySegment bytes = call.allocateFrom(ValueLayout.JAVA_BYTE, message);
            long sent =
                    (long)
                            SENDTO.invokeExact(
                                    state,
                                    fd(),
                                    bytes,
                                    (long) message.length,
                                    0,
                                    MemorySegment.NULL,
                                    0);
            if (sent < 0) {
                throw new KernelException(request.name(), request.object(), Libc.errno());
            }
        } catch (KernelException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    /**
     * Waits for one datagram from the kernel; datagrams of other senders are thrown away.
     *
     * @param deadlineNanos by System.nanoTime
     * @return its length, {@link #NOTHING} or {@link #LOST}; the bytes are in {@link #received}
     */
    int receive(long deadlineNanos) {
        while (true) {
            if (!awaitInput(deadlineNanos)) {
                return NOTHING;
            }
            int length = receiveNow();
            if (length != NOTHING) {
                return length;
            }
        }
    }

    /**
     * The first {@code length} bytes of the last datagram, valid until the next {@link #receive}.
     */
    ByteBuffer received(int length) {
        return buffer.asSlice(0, length).asByteBuffer();
    }

    /** What is there without waiting, from the kernel; as {@link #receive}. */
    int receiveNow() {
        long length = receiveFrom();
        if (length < 0) {
            return switch (Libc.errno()) {
                case Errno.EAGAIN, Errno.EINTR -> NOTHING;
                case Errno.ENOBUFS -> LOST;
                default -> throw new KernelException("recvfrom", "netlink socket", Libc.errno());
            };
        }
        if (sender.get(ValueLayout.JAVA_INT, SENDER_OFFSET) != 0) {
            return NOTHING;
        }
        return length > BUFFER_LENGTH ? LOST : (int) length;
    }

    private long receiveFrom() {
        senderLength.set(ValueLayout.JAVA_INT, 0, ADDRESS_LENGTH);
        MemorySegment state = Libc.state();
        try {
            return (long)
                    RECVFROM.invokeExact(
                            state,
                            fd(),
                            buffer,
                            (long) BUFFER_LENGTH,
                            MSG_DONTWAIT_TRUNC,
                            sender,
                            senderLength);
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    private boolean awaitInput(long deadlineNanos) {
        while (true) {
            long left = Math.max(0, deadlineNanos - System.nanoTime());
            long millis = TimeUnit.NANOSECONDS.toMillis(left + 999_999);
            int ready = poll((int) Math.min(millis, Integer.MAX_VALUE));
            if (ready > 0) {
                return true;
            }
            if (ready < 0 && Libc.errno() != Errno.EINTR) {
                throw new KernelException("poll", "netlink socket", Libc.errno());
            }
            if (deadlineNanos - System.nanoTime() <= 0) {
                return false;
            }
        }
    }

    private int poll(int timeoutMillis) {
        pollRequest.set(ValueLayout.JAVA_INT, 0, fd());
        pollRequest.set(ValueLayout.JAVA_SHORT, 4, POLLIN);
        MemorySegment state = Libc.state();
        try {
            return (int) POLL.invokeExact(state, pollRequest, 1L, timeoutMillis);
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    private static int open() {
        MemorySegment state = Libc.state();
        int fd;
        try {
            fd = (int) SOCKET.invokeExact(state, AF_NETLINK, SOCK_RAW_CLOEXEC, 0);
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
        return Libc.check(fd, "socket", "AF_NETLINK");
    }

    private void bind() {
        sender.fill((byte) 0);
        sender.set(ValueLayout.JAVA_SHORT, 0, (short) AF_NETLINK);
        MemorySegment state = Libc.state();
        int result;
        try {
            result = (int) BIND.invokeExact(state, fd(), sender, ADDRESS_LENGTH);
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
        Libc.check(result, "bind", "netlink socket");
    }

    private void set(int level, int option, int value, String name) {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment state = Libc.state();
            MemorySegment number = call.allocateFrom(ValueLayout.JAVA_INT, value);
            int result =
                    (int) SETSOCKOPT.invokeExact(state, fd(), level, option, number, Integer.BYTES);
            Libc.check(result, "setsockopt", name + " on a netlink socket");
        } catch (KernelException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    /** Closes it; again does nothing. */
    @Override
    public void close() {
        if (descriptor.isOpen()) {
            descriptor.close();
            arena.close();
        }
    }
}
