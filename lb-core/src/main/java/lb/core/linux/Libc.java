package lb.core.linux;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * The one door to native functions: makes method handles that keep errno, and turns a failure into
 * a {@link KernelException}. Stateless; any thread.
 */
final class Libc {
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    static final AddressLayout POINTER = ValueLayout.ADDRESS;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle STRERROR =
            LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("strerror"),
                    FunctionDescriptor.of(POINTER, INT));
    private static final ThreadLocal<MemorySegment> STATE =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CALL_STATE));

    private Libc() {}

    /**
     * A handle on a libc function whose first argument is the segment from {@link #state()}, where
     * errno is left.
     *
     * @param result layout of the result
     * @param arguments layouts of the C function's own arguments
     */
    static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"));
    }

    /**
     * As {@link #function}, but without that first argument: errno is lost, and a call allocates
     * nothing even before the compiler has seen it. For calls that seldom fail, or whose failure
     * says enough.
     */
    static MethodHandle plainFunction(String name, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments));
    }

    /**
     * As {@link #function}, for a variadic function such as fcntl, of which {@code fixed} arguments
     * are not.
     */
    static MethodHandle variadic(
            String name, int fixed, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(fixed));
    }

    /** This thread's place for errno: the first argument of every handle. */
    static MemorySegment state() {
        return STATE.get();
    }

    /** The errno that the last call of this thread left behind. */
    static int errno() {
        return (int) ERRNO.get(STATE.get(), 0L);
    }

    /** {@code result} when it is not negative; else the exception for this thread's errno. */
    static int check(int result, String call, String object) {
        if (result < 0) {
            throw new KernelException(call, object, errno());
        }
        return result;
    }

    /** {@code result} when it is not negative; else the exception for this thread's errno. */
    static long check(long result, String call, String object) {
        if (result < 0) {
            throw new KernelException(call, object, errno());
        }
        return result;
    }

    /** What a method handle threw, which for a downcall can only be our own mistake. */
    static AssertionError broken(Throwable cause) {
        return new AssertionError("a native call could not be made", cause);
    }

    static String errorText(int errno) {
        try {
            MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
            return text.reinterpret(256).getString(0);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    /** Zero-filled native bytes that start with {@code bytes}; for names in fixed-size C arrays. */
    static MemorySegment padded(Arena arena, byte[] bytes, int size) {
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, Arrays.copyOf(bytes, size));
    }
}
