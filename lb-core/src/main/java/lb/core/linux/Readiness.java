package lb.core.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Waits until a descriptor can be read, a time is over, or another thread calls (ppoll(2),
 * eventfd(2)). Owned by the thread that waits; {@link #wakeUp} is for any thread.
 *
 * <p>The time is exact to the kernel's timer slack, 50 µs by default. Waiting allocates nothing.
 */
public final class Readiness implements AutoCloseable {
    private static final int EFD_NONBLOCK_CLOEXEC = 0x800 | 0x80000;
    private static final short POLLIN = 1;
    private static final int ENTRY_BYTES = 8;

    /** Where the first entry, the wake-up call's, has its revents. */
    private static final int EVENT_RETURNED = 6;

    private static final long SECOND = 1_000_000_000L;

    private static final MethodHandle EVENTFD =
            Libc.function("eventfd", Libc.INT, Libc.INT, Libc.INT);
    private static final MethodHandle PPOLL =
            Libc.function("ppoll", Libc.INT, Libc.LONG, Libc.LONG, Libc.LONG, Libc.LONG);
    private static final MethodHandle PPOLL_PLAIN =
            Libc.plainFunction("ppoll", Libc.INT, Libc.LONG, Libc.LONG, Libc.LONG, Libc.LONG);
    private static final MethodHandle READ_PLAIN =
            Libc.plainFunction("read", Libc.LONG, Libc.INT, Libc.LONG, Libc.LONG);
    private static final MethodHandle WRITE =
            Libc.function("write", Libc.LONG, Libc.INT, Libc.LONG, Libc.LONG);

    private final Arena arena = Arena.ofShared();
    private final MemorySegment time = arena.allocate(16, Long.BYTES);
    private final MemorySegment taken = arena.allocate(Long.BYTES, Long.BYTES);
    private final MemorySegment one = arena.allocateFrom(ValueLayout.JAVA_LONG, 1L);
    private final Descriptor event;
    private MemorySegment entries;
    private int count;

    /** One that watches no descriptor yet. */
    public Readiness() {
        try {
            int fd = (int) EVENTFD.invokeExact(Libc.state(), 0, EFD_NONBLOCK_CLOEXEC);
            event = new Descriptor(Libc.check(fd, "eventfd", "wake-up call"));
        } catch (KernelException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
        entries = arena.allocate(ENTRY_BYTES, Long.BYTES);
        watch();
    }

    /** Watches exactly these descriptors from now on. */
    public void watch(int... descriptors) {
        count = descriptors.length + 1;
        entries = arena.allocate((long) count * ENTRY_BYTES, Long.BYTES);
        entry(0, event.fd());
        for (int i = 0; i < descriptors.length; i++) {
            entry(i + 1, descriptors[i]);
        }
    }

    private void entry(int index, int fd) {
        entries.set(ValueLayout.JAVA_INT, (long) index * ENTRY_BYTES, fd);
        entries.set(ValueLayout.JAVA_SHORT, (long) index * ENTRY_BYTES + 4, POLLIN);
    }

    /**
     * Waits; an interrupting signal ends it early.
     *
     * @param nanos at most so long; 0 only looks
     * @throws KernelException when the kernel refuses to wait
     */
    public void await(long nanos) {
        time.set(ValueLayout.JAVA_LONG, 0, nanos / SECOND);
        time.set(ValueLayout.JAVA_LONG, 8, nanos % SECOND);
        try {
            int ready =
                    (int)
                            PPOLL_PLAIN.invokeExact(
                                    entries.address(), (long) count, time.address(), 0L);
            if (ready < 0) {
                checkThatItWaits();
            } else if (ready > 0 && entries.get(ValueLayout.JAVA_SHORT, EVENT_RETURNED) != 0) {
                long _ = (long) READ_PLAIN.invokeExact(event.fd(), taken.address(), 8L);
            }
        } catch (KernelException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    /** A signal is no failure: then the kernel does not refuse to look. */
    private void checkThatItWaits() throws Throwable {
        time.set(ValueLayout.JAVA_LONG, 0, 0L);
        time.set(ValueLayout.JAVA_LONG, 8, 0L);
        int ready =
                (int)
                        PPOLL.invokeExact(
                                Libc.state(), entries.address(), (long) count, time.address(), 0L);
        if (ready < 0 && Libc.errno() != Errno.EINTR) {
            throw new KernelException("ppoll", count + " descriptors", Libc.errno());
        }
    }

    /** Ends the wait that goes on, or the next one. */
    public synchronized void wakeUp() {
        if (!event.isOpen()) {
            return;
        }
        try {
            long _ = (long) WRITE.invokeExact(Libc.state(), event.fd(), one.address(), 8L);
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    /** Closes what is its own; again does nothing. */
    @Override
    public synchronized void close() {
        if (event.isOpen()) {
            event.close();
            arena.close();
        }
    }
}
