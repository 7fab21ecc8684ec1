package lb.core.wire;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Memory between two pages that must not be touched: a read or write beyond it kills the test's
 * JVM, which is how the test fails.
 */
public final class GuardedMemory {
    private static final int PAGE = 4096;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;

    private final long end;

    /** Maps {@code pages} pages between two that are not readable. */
    public GuardedMemory(int pages) {
        try {
            long size = (pages + 2L) * PAGE;
            long start =
                    (long)
                            function("mmap", 6)
                                    .invokeExact(
                                            0L, size, 0L, (long) MAP_PRIVATE_ANONYMOUS, -1L, 0L);
            long failed =
                    (long)
                            function("mprotect", 3)
                                    .invokeExact(
                                            start + PAGE,
                                            (long) pages * PAGE,
                                            (long) PROT_READ_WRITE);
            if (start == -1 || failed != 0) {
                throw new AssertionError("mmap or mprotect failed");
            }
            end = start + PAGE + (long) pages * PAGE;
        } catch (Throwable e) {
            throw new AssertionError("cannot map guarded memory", e);
        }
    }

    private static java.lang.invoke.MethodHandle function(String name, int arguments) {
        ValueLayout[] longs = new ValueLayout[arguments];
        java.util.Arrays.fill(longs, ValueLayout.JAVA_LONG);
        MemorySegment symbol = Linker.nativeLinker().defaultLookup().findOrThrow(name);
        return Linker.nativeLinker()
                .downcallHandle(symbol, FunctionDescriptor.of(ValueLayout.JAVA_LONG, longs));
    }

    /** Where {@code length} bytes start that end right before the forbidden page. */
    public long lastBytes(int length) {
        return end - length;
    }
}
