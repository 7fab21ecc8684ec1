package lb.core.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * A pipe that another process writes to and this one reads without ever waiting (pipe(7)). Owned by
 * one thread.
 */
public final class OutputPipe implements AutoCloseable {
    private static final int O_CLOEXEC = 0x80000;
    private static final int O_NONBLOCK = 0x800;
    private static final int F_SETFL = 4;
    private static final MethodHandle PIPE =
            Libc.function("pipe2", Libc.INT, Libc.POINTER, Libc.INT);
    private static final MethodHandle FCNTL =
            Libc.variadic("fcntl", 2, Libc.INT, Libc.INT, Libc.INT, Libc.INT);
    private static final MethodHandle READ =
            Libc.function("read", Libc.LONG, Libc.INT, Libc.POINTER, Libc.LONG);

    private final Descriptor readEnd;
    private final Descriptor writeEnd;

    private OutputPipe(int readEnd, int writeEnd) {
        this.readEnd = new Descriptor(readEnd);
        this.writeEnd = new Descriptor(writeEnd);
    }

    /**
     * Opens one; no program that is started inherits it by chance.
     *
     * @throws KernelException when there are no descriptors left
     */
    public static OutputPipe open() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(ValueLayout.JAVA_INT, 2);
            int result = (int) PIPE.invokeExact(Libc.state(), ends, O_CLOEXEC);
            Libc.check(result, "pipe2", "output of a program");
            OutputPipe pipe =
                    new OutputPipe(
                            ends.getAtIndex(ValueLayout.JAVA_INT, 0),
                            ends.getAtIndex(ValueLayout.JAVA_INT, 1));
            // The end that is read alone: a program does not expect EAGAIN on its output.
            int set = (int) FCNTL.invokeExact(Libc.state(), pipe.readEnd.fd(), F_SETFL, O_NONBLOCK);
            Libc.check(set, "fcntl", "output of a program");
            return pipe;
        } catch (KernelException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    /** A file of this process that opens the end for writing, until {@link #closeWriteEnd}. */
    public Path writeEnd() {
        return Path.of("/proc/self/fd/" + writeEnd.fd());
    }

    /** Leaves the other process as the only writer, so that its end is seen. */
    public void closeWriteEnd() {
        writeEnd.close();
    }

    /**
     * Reads what is there.
     *
     * @return how many bytes; 0 when there is nothing now, -1 when all writers are gone
     * @throws KernelException when it cannot be read
     */
    public int read(byte[] into) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(into.length);
            long count =
                    (long) READ.invokeExact(Libc.state(), readEnd.fd(), bytes, (long) into.length);
            if (count < 0 && (Libc.errno() == Errno.EAGAIN || Libc.errno() == Errno.EINTR)) {
                return 0;
            }
            Libc.check(count, "read", "output of a program");
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, 0, into, 0, (int) count);
            return count == 0 ? -1 : (int) count;
        } catch (KernelException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    /** Closes both ends; again does nothing. */
    @Override
    public void close() {
        writeEnd.close();
        readEnd.close();
    }
}
