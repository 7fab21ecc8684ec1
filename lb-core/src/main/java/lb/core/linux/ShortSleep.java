package lb.core.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * A sleep of a set length, much shorter than a millisecond (nanosleep(2)). Any thread, one at a
 * time.
 *
 * <p>The kernel adds up to the thread's timer slack, 50 µs by default; a signal ends it early.
 * Allocates nothing.
 */
public final class ShortSleep {
    private static final MethodHandle NANOSLEEP =
            Libc.plainFunction("nanosleep", Libc.INT, Libc.LONG, Libc.LONG);

    private static final long NANOS_MOST = 999_999_999;

    // Belongs to this object, and is freed with it.
    private final MemorySegment time = Arena.ofAuto().allocate(16, Long.BYTES);

    /**
     * A sleep of this length.
     *
     * @param nanos 0 to 999,999,999
     */
    public ShortSleep(long nanos) {
        if (nanos < 0 || nanos > NANOS_MOST) {
            throw new IllegalArgumentException(
                    "a short sleep of " + nanos + " ns, allowed is 0 to " + NANOS_MOST);
        }
        time.set(ValueLayout.JAVA_LONG, 8, nanos);
    }

    /** Sleeps. */
    public void sleep() {
        try {
            // Fails only when it is interrupted, which ends it early.
            int _ = (int) NANOSLEEP.invokeExact(time.address(), 0L);
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }
}
