package lb.core.linux;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** An open file descriptor that is closed once. Owned by whoever opened it. */
final class Descriptor implements AutoCloseable {
    private static final MethodHandle CLOSE = Libc.function("close", Libc.INT, Libc.INT);

    private final int fd;
    private boolean open = true;

    Descriptor(int fd) {
        this.fd = fd;
    }

    int fd() {
        if (!open) {
            throw new IllegalStateException("file descriptor " + fd + " is closed");
        }
        return fd;
    }

    boolean isOpen() {
        return open;
    }

    /** Closes it; again does nothing. Linux frees the number even when close reports an error. */
    @Override
    public void close() {
        if (!open) {
            return;
        }
        open = false;
        MemorySegment state = Libc.state();
        try {
            int ignored = (int) CLOSE.invokeExact(state, fd);
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }
}
