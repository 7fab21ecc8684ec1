package lb.core.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * How the kernel schedules a thread (sched(7)): the calling one, if nothing else is said, and no
 * other of the process. Stateless; any thread.
 */
public final class ThreadScheduling {
    /** Stands for "no limit" in {@link #realtimeLimitMicros}. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    private static final int CALLING_THREAD = 0;
    private static final int SCHED_RR = 2;
    private static final int PRIO_PROCESS = 0;
    private static final int RLIMIT_RTTIME = 15;

    private static final int SCHED_OTHER = 0;
    private static final int SCHED_BATCH = 3;
    private static final int ATTRIBUTES_LENGTH = 48;

    // The least and the most that the kernel grants.
    private static final long SHORTEST_SLICE_NANOS = 100_000;
    private static final long LONGEST_SLICE_NANOS = 100_000_000;

    /** As {@code <sys/syscall.h>} has it: x86-64, else the common table. */
    private static final long SCHED_SETATTR =
            System.getProperty("os.arch").equals("amd64") ? 314 : 274;

    /** Threads that this one starts are ordinary again. */
    private static final int SCHED_RESET_ON_FORK = 0x4000_0000;

    private static final MethodHandle SCHED_SETSCHEDULER =
            Libc.function("sched_setscheduler", Libc.INT, Libc.INT, Libc.INT, Libc.LONG);
    private static final MethodHandle SCHED_GETSCHEDULER =
            Libc.function("sched_getscheduler", Libc.INT, Libc.INT);
    private static final MethodHandle GETPRIORITY =
            Libc.function("getpriority", Libc.INT, Libc.INT, Libc.INT);
    private static final MethodHandle SETPRIORITY =
            Libc.function("setpriority", Libc.INT, Libc.INT, Libc.INT, Libc.INT);

    /** The C library of Debian 12 has no function for it. */
    private static final MethodHandle SYSCALL =
            Libc.variadic("syscall", 1, Libc.LONG, Libc.LONG, Libc.LONG, Libc.POINTER, Libc.LONG);

    private static final MethodHandle GETRLIMIT =
            Libc.function("getrlimit", Libc.INT, Libc.INT, Libc.LONG);

    private ThreadScheduling() {}

    /**
     * Makes the calling thread a real-time one (SCHED_RR).
     *
     * @param priority 1 to 99; above every ordinary thread already at 1
     * @throws KernelException with EPERM when neither CAP_SYS_NICE nor RLIMIT_RTPRIO allows it
     */
    public static void realtime(int priority) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment parameter = arena.allocateFrom(ValueLayout.JAVA_INT, priority);
            int result =
                    (int)
                            SCHED_SETSCHEDULER.invokeExact(
                                    Libc.state(),
                                    CALLING_THREAD,
                                    SCHED_RR | SCHED_RESET_ON_FORK,
                                    parameter.address());
            Libc.check(result, "sched_setscheduler", "SCHED_RR priority " + priority);
        } catch (KernelException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    /** Whether the calling thread is a real-time one (SCHED_RR). */
    public static boolean isRealtime() {
        return policy() == SCHED_RR;
    }

    private static int policy() {
        try {
            int policy = (int) SCHED_GETSCHEDULER.invokeExact(Libc.state(), CALLING_THREAD);
            return Libc.check(policy, "sched_getscheduler", "this thread") % SCHED_RESET_ON_FORK;
        } catch (KernelException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    /**
     * Sets the nice value of the calling thread, which on Linux is a thread's own.
     *
     * @param value −20 (first) to 19 (last)
     * @throws KernelException with EACCES when it may not go so low
     */
    public static void nice(int value) {
        try {
            int result = (int) SETPRIORITY.invokeExact(Libc.state(), PRIO_PROCESS, 0, value);
            Libc.check(result, "setpriority", "nice value " + value);
        } catch (KernelException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    /** The nice value of the calling thread, −20 to 19. */
    public static int nice() {
        try {
            // Of oneself it cannot fail; −1 is a value.
            return (int) GETPRIORITY.invokeExact(Libc.state(), PRIO_PROCESS, 0);
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    /**
     * Has another thread of this process give way to ordinary ones: it wakes up without pushing one
     * off a processor (SCHED_BATCH), and one that wakes up pushes it off at once (a long slice,
     * which counts since Linux 6.12; by then a higher nice value had a part of that). Of a
     * processor that both want all the time it gets the share of its nice value.
     *
     * @param thread its number, as in /proc/self/task
     * @param nice −20 to 19
     * @throws KernelException with ESRCH when it has ended, with EPERM when it may not go so low,
     *     or what a filter of system calls says
     */
    public static void background(int thread, int nice) {
        schedule(thread, SCHED_BATCH, nice, LONGEST_SLICE_NANOS);
    }

    /**
     * Has the calling thread run soon after it has woken up: it asks for short slices, so it pushes
     * one with longer ones off the processor (since Linux 6.12; before, nothing changes). Its share
     * of a processor stays that of its nice value: one that has just had it waits a moment. Does
     * nothing to one whose process was started with another policy than the ordinary one.
     *
     * @throws KernelException with what a filter of system calls says
     */
    public static void prompt() {
        if (policy() == SCHED_OTHER) {
            schedule(CALLING_THREAD, SCHED_OTHER, nice(), SHORTEST_SLICE_NANOS);
        }
    }

    private static void schedule(int thread, int policy, int nice, long sliceNanos) {
        try (Arena arena = Arena.ofConfined()) {
            // struct sched_attr of linux/sched/types.h, its first version.
            MemorySegment attributes = arena.allocate(ATTRIBUTES_LENGTH, Long.BYTES);
            attributes.set(ValueLayout.JAVA_INT, 0, ATTRIBUTES_LENGTH);
            attributes.set(ValueLayout.JAVA_INT, 4, policy);
            attributes.set(ValueLayout.JAVA_INT, 16, nice);
            attributes.set(ValueLayout.JAVA_LONG, 24, sliceNanos);
            long result =
                    (long)
                            SYSCALL.invokeExact(
                                    Libc.state(), SCHED_SETATTR, (long) thread, attributes, 0L);
            Libc.check(result, "sched_setattr", "thread " + thread);
        } catch (KernelException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    /**
     * How long a real-time thread may run without waiting before the kernel ends the whole process
     * (RLIMIT_RTTIME, SIGXCPU): microseconds, or {@link #UNLIMITED}.
     */
    public static long realtimeLimitMicros() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limits = arena.allocate(16, Long.BYTES);
            int result = (int) GETRLIMIT.invokeExact(Libc.state(), RLIMIT_RTTIME, limits.address());
            Libc.check(result, "getrlimit", "RLIMIT_RTTIME");
            long soft = limits.get(ValueLayout.JAVA_LONG, 0);
            return soft < 0 ? UNLIMITED : soft;
        } catch (KernelException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }
}
