package lb.core.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Words of memory that is shared with the kernel, by absolute address and in the host's byte order:
 * ring headers and the virtio network header.
 *
 * <p>Stateless; any thread. Status words are read with acquire and written with release order, so
 * that the frame they speak of is seen whole by the other side. Nothing is bounds-checked.
 */
public final class RingMemory {
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final VarHandle STATUS = INT.varHandle();

    private RingMemory() {}

    /** The byte at {@code address}, 0 to 255. */
    public static int u8(long address) {
        return ALL.get(ValueLayout.JAVA_BYTE, address) & 0xff;
    }

    /** The unsigned 16-bit number at {@code address}, which need not be aligned. */
    public static int u16(long address) {
        return ALL.get(SHORT, address) & 0xffff;
    }

    /** Writes the low 16 bits of {@code value} at {@code address}, which need not be aligned. */
    public static void putU16(long address, int value) {
        ALL.set(SHORT, address, (short) value);
    }

    /** The 32 bits at {@code address}, which is a multiple of 4. */
    public static int i32(long address) {
        return ALL.get(INT, address);
    }

    /** Writes 32 bits at {@code address}, which is a multiple of 4. */
    public static void putI32(long address, int value) {
        ALL.set(INT, address, value);
    }

    /** A status word: whatever the kernel wrote before it is visible afterwards. */
    public static int status(long address) {
        return (int) STATUS.getAcquire(ALL, address);
    }

    /** Writes a status word, after everything this thread wrote before. */
    public static void putStatus(long address, int value) {
        STATUS.setRelease(ALL, address, value);
    }
}
