package lb.core.linux;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The system calls of packet sockets. Stateless; any thread. */
final class PacketCalls {
    private static final MethodHandle SOCKET =
            Libc.function("socket", Libc.INT, Libc.INT, Libc.INT, Libc.INT);
    private static final MethodHandle CLOSE = Libc.function("close", Libc.INT, Libc.INT);
    private static final MethodHandle BIND =
            Libc.function("bind", Libc.INT, Libc.INT, Libc.POINTER, Libc.INT);
    private static final MethodHandle SETSOCKOPT =
            Libc.function(
                    "setsockopt", Libc.INT, Libc.INT, Libc.INT, Libc.INT, Libc.POINTER, Libc.INT);
    private static final MethodHandle GETSOCKOPT =
            Libc.function(
                    "getsockopt",
                    Libc.INT,
                    Libc.INT,
                    Libc.INT,
                    Libc.INT,
                    Libc.POINTER,
                    Libc.POINTER);
    private static final MethodHandle IOCTL =
            Libc.variadic("ioctl", 2, Libc.INT, Libc.INT, Libc.LONG, Libc.POINTER);
    // Addresses of the hot calls are plain longs: no segment is made for them.
    private static final MethodHandle MMAP =
            Libc.function(
                    "mmap", Libc.LONG, Libc.LONG, Libc.LONG, Libc.INT, Libc.INT, Libc.INT,
                    Libc.LONG);
    private static final MethodHandle MUNMAP =
            Libc.function("munmap", Libc.INT, Libc.LONG, Libc.LONG);
    private static final MethodHandle SEND =
            Libc.function("send", Libc.LONG, Libc.INT, Libc.LONG, Libc.LONG, Libc.INT);
    private static final MethodHandle RECV =
            Libc.function("recv", Libc.LONG, Libc.INT, Libc.LONG, Libc.LONG, Libc.INT);

    private static final MethodHandle SEND_PLAIN =
            Libc.plainFunction("send", Libc.LONG, Libc.INT, Libc.LONG, Libc.LONG, Libc.INT);
    private static final MethodHandle RECV_PLAIN =
            Libc.plainFunction("recv", Libc.LONG, Libc.INT, Libc.LONG, Libc.LONG, Libc.INT);

    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED_POPULATE = 0x8001;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_TRUNC = 0x20;

    private PacketCalls() {}

    static int socket(int family, int type, int protocol, String object) {
        try {
            int fd = (int) SOCKET.invokeExact(Libc.state(), family, type, protocol);
            return Libc.check(fd, "socket", object);
        } catch (KernelException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    static void close(int fd) {
        try {
            int _ = (int) CLOSE.invokeExact(Libc.state(), fd);
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    static void bind(int fd, MemorySegment address, String object) {
        try {
            int result =
                    (int) BIND.invokeExact(Libc.state(), fd, address, (int) address.byteSize());
            Libc.check(result, "bind", object);
        } catch (KernelException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    static void setOption(int fd, int level, int option, MemorySegment value, String object) {
        try {
            int result =
                    (int)
                            SETSOCKOPT.invokeExact(
                                    Libc.state(), fd, level, option, value, (int) value.byteSize());
            Libc.check(result, "setsockopt", object);
        } catch (KernelException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    static void option(
            int fd, int level, int option, MemorySegment value, MemorySegment size, String object) {
        try {
            int result = (int) GETSOCKOPT.invokeExact(Libc.state(), fd, level, option, value, size);
            Libc.check(result, "getsockopt", object);
        } catch (KernelException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    static void ioctl(int fd, long request, MemorySegment value, String object) {
        try {
            int result = (int) IOCTL.invokeExact(Libc.state(), fd, request, value);
            Libc.check(result, "ioctl", object);
        } catch (KernelException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    static long map(int fd, long bytes, String object) {
        try {
            long address =
                    (long)
                            MMAP.invokeExact(
                                    Libc.state(),
                                    0L,
                                    bytes,
                                    PROT_READ_WRITE,
                                    MAP_SHARED_POPULATE,
                                    fd,
                                    0L);
            return Libc.check(address, "mmap", object);
        } catch (KernelException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    static void unmap(long address, long bytes) {
        try {
            int _ = (int) MUNMAP.invokeExact(Libc.state(), address, bytes);
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    /** Bytes sent, or the negative errno. Does not wait. */
    static int send(int fd, long address, int length) {
        try {
            long sent =
                    (long) SEND.invokeExact(Libc.state(), fd, address, (long) length, MSG_DONTWAIT);
            return sent < 0 ? -Libc.errno() : (int) sent;
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    /**
     * Bytes that the message had, which may be more than {@code room}; or the negative errno. Does
     * not wait.
     */
    static int receive(int fd, long address, int room) {
        try {
            long got =
                    (long)
                            RECV.invokeExact(
                                    Libc.state(),
                                    fd,
                                    address,
                                    (long) room,
                                    MSG_DONTWAIT | MSG_TRUNC);
            return got < 0 ? -Libc.errno() : (int) got;
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    /**
     * As {@link #send}, but what fails is tried once more; allocates nothing even before the
     * compiler has seen it.
     */
    static int sendPlain(int fd, long address, int length) {
        try {
            long sent = (long) SEND_PLAIN.invokeExact(fd, address, (long) length, MSG_DONTWAIT);
            return sent < 0 ? send(fd, address, length) : (int) sent;
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    /** As {@link #receive}, but −1 for every failure; allocates nothing as above. */
    static int receivePlain(int fd, long address, int room) {
        try {
            return (int)
                    (long)
                            RECV_PLAIN.invokeExact(
                                    fd, address, (long) room, MSG_DONTWAIT | MSG_TRUNC);
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }
}
