package lb.core.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A sign that its owner lives: an abstract UNIX socket address, bound in the network namespace of
 * the thread that took it. Owned by one thread.
 *
 * <p>The kernel lets go of it when the process ends, however it ends. Unlike a process id it means
 * the same to all processes that see the interface, in whatever container they run, and is never
 * given to another process by chance.
 */
public final class LivenessMark implements AutoCloseable {
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int FAMILY_LENGTH = 2;
    private static final int MAX_NAME_LENGTH = 107;
    private static final MethodHandle SOCKET =
            Libc.function("socket", Libc.INT, Libc.INT, Libc.INT, Libc.INT);
    private static final MethodHandle BIND =
            Libc.function("bind", Libc.INT, Libc.INT, Libc.POINTER, Libc.INT);

    private final Descriptor descriptor;

    private LivenessMark(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Takes a name.
     *
     * @throws KernelException with {@link Errno#EADDRINUSE} when someone alive holds it
     */
    public static LivenessMark take(String name) {
        Descriptor descriptor = new Descriptor(open(name));
        try {
            bind(descriptor, name);
            return new LivenessMark(descriptor);
        } catch (KernelException e) {
            descriptor.close();
            throw e;
        }
    }

    /** Whether someone alive, perhaps this process, holds the name. */
    static boolean isTaken(String name) {
        try {
            take(name).close();
            return false;
        } catch (KernelException e) {
            if (e.errno() == Errno.EADDRINUSE) {
                return true;
            }
            throw e;
        }
    }

    /**
     * Whether someone alive, perhaps this process, holds a name that starts so, in the calling
     * thread's network namespace.
     */
    public static boolean isAnyTaken(String prefix) {
        Path sockets = Path.of("/proc/thread-self/net/unix");
        try {
            return Files.readAllLines(sockets).stream()
                    .anyMatch(line -> line.contains(" @" + prefix));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + sockets, e);
        }
    }

    private static int open(String name) {
        MemorySegment state = Libc.state();
        int fd;
        try {
            fd = (int) SOCKET.invokeExact(state, AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
        return Libc.check(fd, "socket", "AF_UNIX for " + name);
    }

    private static void bind(Descriptor descriptor, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_NAME_LENGTH) {
            throw new IllegalArgumentException("too long for a socket name: " + name);
        }
        try (Arena arena = Arena.ofConfined()) {
            // A zero byte after the family makes the name abstract: no file, gone with its socket.
            int length = FAMILY_LENGTH + 1 + bytes.length;
            MemorySegment address = arena.allocate(length, Short.BYTES);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(
                    bytes, 0, address, ValueLayout.JAVA_BYTE, FAMILY_LENGTH + 1, bytes.length);
            MemorySegment state = Libc.state();
            int result = (int) BIND.invokeExact(state, descriptor.fd(), address, length);
            Libc.check(result, "bind", "AF_UNIX @" + name);
        } catch (KernelException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    /** Lets go of the name. */
    @Override
    public void close() {
        descriptor.close();
    }
}
