package lb.core.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * A named pipe that this process writes to without ever waiting for a reader (fifo(7)). Owned by
 * one thread.
 *
 * <p>It holds the reading end open too: so lines stay in the kernel, some 64 KiB of them, until
 * somebody reads, and a reader that goes away is no error.
 */
public final class EventFifo implements AutoCloseable {
    /** What the kernel writes whole or not at all. */
    public static final int MOST_BYTES = 4096;

    private static final int O_RDWR_NONBLOCK_NOFOLLOW_CLOEXEC = 2 | 0x800 | 0x20000 | 0x80000;
    private static final int OWNER_ALONE = 0600;
    private static final int TYPE = 0170000;
    private static final int FIFO = 0010000;
    private static final int UNCHANGED = -1;
    private static final MethodHandle MKFIFO =
            Libc.function("mkfifo", Libc.INT, Libc.POINTER, Libc.INT);
    private static final MethodHandle LCHOWN =
            Libc.function("lchown", Libc.INT, Libc.POINTER, Libc.INT, Libc.INT);
    private static final MethodHandle OPEN =
            Libc.variadic("open", 2, Libc.INT, Libc.POINTER, Libc.INT, Libc.INT);
    private static final MethodHandle WRITE =
            Libc.function("write", Libc.LONG, Libc.INT, Libc.POINTER, Libc.LONG);

    private final Path path;
    private final boolean created;
    private final Descriptor descriptor;

    private EventFifo(Path path, boolean created, Descriptor descriptor) {
        this.path = path;
        this.created = created;
        this.descriptor = descriptor;
    }

    /**
     * Opens the pipe of that name; makes it, for its owner alone, if there is none.
     *
     * @param uid owner of one that is made, -1 for this process's user
     * @param gid group of one that is made, -1 for this process's group
     * @throws KernelException when it cannot be made or opened, or there is something else
     */
    public static EventFifo open(Path path, int uid, int gid) {
        boolean created = create(path);
        try {
            if (created && (uid != UNCHANGED || gid != UNCHANGED)) {
                call("chown", LCHOWN, path, uid, gid);
            }
            Descriptor descriptor = new Descriptor(call("open", OPEN, path, flags(), OWNER_ALONE));
            requireFifo(path, descriptor);
            return new EventFifo(path, created, descriptor);
        } catch (KernelException e) {
            if (created) {
                remove(path);
            }
            throw e;
        }
    }

    // O_NOFOLLOW has another value on ARM.
    private static int flags() {
        return System.getProperty("os.arch", "").startsWith("aarch")
                ? 2 | 0x800 | 0x8000 | 0x80000
                : O_RDWR_NONBLOCK_NOFOLLOW_CLOEXEC;
    }

    private static boolean create(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(path.toString());
            int result = (int) MKFIFO.invokeExact(Libc.state(), name, OWNER_ALONE);
            if (result < 0 && Libc.errno() == Errno.EEXIST) {
                return false;
            }
            Libc.check(result, "mkfifo", path.toString());
            return true;
        } catch (KernelException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    private static int call(String call, MethodHandle function, Path path, int a, int b) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(path.toString());
            int result = (int) function.invokeExact(Libc.state(), name, a, b);
            return Libc.check(result, call, path.toString());
        } catch (KernelException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    private static void requireFifo(Path path, Descriptor descriptor) {
        try {
            Path open = Path.of("/proc/self/fd/" + descriptor.fd());
            if (((int) Files.getAttribute(open, "unix:mode") & TYPE) != FIFO) {
                descriptor.close();
                throw new KernelException(
                        "open", path.toString(), Errno.EEXIST, "there is a file that is no fifo");
            }
        } catch (IOException e) {
            descriptor.close();
            throw new KernelException(
                    "fstat", path.toString(), Errno.ENOENT, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Writes a line.
     *
     * @param line at most {@link #MOST_BYTES}
     * @return false when there is no room now: nothing was written, try again later
     * @throws KernelException when it cannot be written at all
     */
    public boolean write(byte[] line) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, line);
            long count =
                    (long)
                            WRITE.invokeExact(
                                    Libc.state(), descriptor.fd(), bytes, (long) line.length);
            if (count < 0 && (Libc.errno() == Errno.EAGAIN || Libc.errno() == Errno.EINTR)) {
                return false;
            }
            Libc.check(count, "write", path.toString());
            return true;
        } catch (KernelException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    private static void remove(Path path) {
        try {
            int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            if ((mode & TYPE) == FIFO) {
                Files.delete(path);
            }
        } catch (IOException e) {
            // Somebody else has removed it.
            return;
        }
    }

    /** Closes it, and removes the name if it was made here; again does nothing. */
    @Override
    public void close() {
        if (descriptor.isOpen()) {
            descriptor.close();
            if (created) {
                remove(path);
            }
        }
    }
}
