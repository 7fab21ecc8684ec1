package lb.core.wire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Reads and writes native memory by absolute address, in network byte order.
 *
 * <p>Stateless; any thread. The one segment spans the whole address space, so no access is
 * bounds-checked: whoever calls has compared the frame's length with the header's first. Besides
 * {@code lb.core.linux} this is the only class that touches {@code java.lang.foreign}
 * (docs/decisions/0002).
 */
public final class Memory {
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** More than any address has bits: 57 with five levels of pages. */
    private static final long ADDRESS_BITS = (1L << 60) - 1;

    private Memory() {}

    /** A piece of native memory with an end. Owned by the thread that asked for it. */
    public static final class Scratch implements AutoCloseable {
        private final Arena arena = Arena.ofConfined();
        private final long address;

        private Scratch(long bytes) {
            address = arena.allocate(bytes, Long.BYTES).address();
        }

        /** Where it starts. */
        public long address() {
            return address;
        }

        /** Frees it. */
        @Override
        public void close() {
            arena.close();
        }
    }

    /** Zeroed native memory until it is closed. */
    public static Scratch scratch(long bytes) {
        return new Scratch(bytes);
    }

    /**
     * Zeroed native memory that is never freed: for the few buffers that live as long as the
     * process.
     */
    public static long allocateForever(long bytes) {
        return Arena.global().allocate(bytes, Long.BYTES).address();
    }

    /**
     * The same address, of which the compiler knows then that it is one: what is read or written at
     * a small distance from it needs no check of its bounds, which takes longer than the read. To
     * be asked once for each frame or slot, in the method that uses it.
     */
    public static long known(long address) {
        return address & ADDRESS_BITS;
    }

    /** The unsigned byte at {@code address}, 0 to 255. */
    public static int u8(long address) {
        return ALL.get(BYTE, address) & 0xff;
    }

    /** The unsigned 16-bit number at {@code address}, 0 to 65,535. */
    public static int u16(long address) {
        return ALL.get(SHORT, address) & 0xffff;
    }

    /** The 32 bits at {@code address}. */
    public static int i32(long address) {
        return ALL.get(INT, address);
    }

    /** The unsigned 32-bit number at {@code address}. */
    public static long u32(long address) {
        return ALL.get(INT, address) & 0xffff_ffffL;
    }

    /** The 48-bit number at {@code address}: a MAC address. */
    public static long u48(long address) {
        return (long) u16(address) << 32 | u32(address + 2);
    }

    /** The 64 bits at {@code address}. */
    public static long i64(long address) {
        return ALL.get(LONG, address);
    }

    /** Writes the low 8 bits of {@code value}. */
    public static void putU8(long address, int value) {
        ALL.set(BYTE, address, (byte) value);
    }

    /** Writes the low 16 bits of {@code value}. */
    public static void putU16(long address, int value) {
        ALL.set(SHORT, address, (short) value);
    }

    /** Writes 32 bits. */
    public static void putI32(long address, int value) {
        ALL.set(INT, address, value);
    }

    /** Writes the low 48 bits of {@code value}: a MAC address. */
    public static void putU48(long address, long value) {
        putU16(address, (int) (value >>> 32));
        putI32(address + 2, (int) value);
    }

    /** Writes 64 bits. */
    public static void putI64(long address, long value) {
        ALL.set(LONG, address, value);
    }

    /** Copies {@code length} bytes; the two ranges may overlap. */
    public static void copy(long from, long to, long length) {
        MemorySegment.copy(ALL, from, ALL, to, length);
    }

    /** Copies native memory into {@code to}, from its index {@code offset} on. */
    public static void copy(long from, byte[] to, int offset, int length) {
        MemorySegment.copy(ALL, BYTE, from, to, offset, length);
    }

    /**
     * Copies {@code length} bytes of {@code from}, from its index {@code offset} on, to native
     * memory.
     */
    public static void copy(byte[] from, int offset, long to, int length) {
        MemorySegment.copy(from, offset, ALL, BYTE, to, length);
    }
}
