package lb.core.wire;

/** The IPv4 header (RFC 791 section 3.1). Stateless; any thread. */
public final class Ipv4 {
    /** Bytes of a header without options. */
    public static final int MIN_HEADER_LENGTH = 20;

    /** The flag "don't fragment", in the 16 bits of {@link #flagsAndOffset}. */
    public static final int DONT_FRAGMENT = 0x4000;

    /** The flag "more fragments". */
    public static final int MORE_FRAGMENTS = 0x2000;

    /** The bits of the fragment offset, in units of 8 bytes. */
    public static final int OFFSET_MASK = 0x1fff;

    /** The inverse of 0xffff among the integers modulo 2^64. */
    private static final long INVERSE_OF_FFFF = 0xfffe_fffe_fffe_ffffL;

    /** Where in the header the bytes are that {@link #lessOneHop} tells. */
    public static final int HOP_AT = 8;

    private static final int VERSION_IHL = 0;
    private static final int TYPE_OF_SERVICE = 1;
    private static final int TOTAL_LENGTH = 2;
    private static final int IDENTIFICATION = 4;
    private static final int FLAGS_AND_OFFSET = 6;
    private static final int TIME_TO_LIVE = 8;
    private static final int PROTOCOL = 9;
    private static final int HEADER_CHECKSUM = 10;
    private static final int SOURCE = 12;
    private static final int DESTINATION = 16;

    private Ipv4() {}

    /** The version field: 4. */
    public static int version(long header) {
        return Memory.u8(header + VERSION_IHL) >>> 4;
    }

    /** Bytes of the header with its options: IHL times 4, 0 to 60. */
    public static int headerLength(long header) {
        return (Memory.u8(header + VERSION_IHL) & 0x0f) << 2;
    }

    /** Bytes of header and data. */
    public static int totalLength(long header) {
        return Memory.u16(header + TOTAL_LENGTH);
    }

    /** Flags (3 bits) and fragment offset (13 bits). */
    public static int flagsAndOffset(long header) {
        return Memory.u16(header + FLAGS_AND_OFFSET);
    }

    /** Time to live, 0 to 255. */
    public static int timeToLive(long header) {
        return Memory.u8(header + TIME_TO_LIVE);
    }

    /** The protocol number of what follows. */
    public static int protocol(long header) {
        return Memory.u8(header + PROTOCOL);
    }

    /** The header checksum as it stands there. */
    public static int headerChecksum(long header) {
        return Memory.u16(header + HEADER_CHECKSUM);
    }

    /** Whether the header checksum is right; the header's length has been checked. */
    public static boolean isChecksumValid(long header, int headerLength) {
        return headerLength == MIN_HEADER_LENGTH
                ? isChecksumValid(
                        Memory.i64(header), Memory.i64(header + 8), Memory.i32(header + 16))
                : Checksum.isValid(header, headerLength);
    }

    /**
     * Whether the checksum of a header of 20 bytes is right. Five words and no loop: the general
     * sum costs more than all the rest of parsing (docs/benchmarks.md).
     */
    static boolean isChecksumValid(long bytes0To7, long bytes8To15, int bytes16To19) {
        long sum =
                (bytes0To7 >>> 32)
                        + (bytes0To7 & 0xffff_ffffL)
                        + (bytes8To15 >>> 32)
                        + (bytes8To15 & 0xffff_ffffL)
                        + (bytes16To19 & 0xffff_ffffL);
        // Right is a positive multiple of 0xffff. Times the inverse, such a one gives its quotient,
        // which has 20 bits at most, and anything else far more.
        return sum * INVERSE_OF_FFFF - 1 >>> 20 == 0;
    }

    /** Source address, 32 bits. */
    public static int source(long header) {
        return Memory.i32(header + SOURCE);
    }

    /** Destination address, 32 bits. */
    public static int destination(long header) {
        return Memory.i32(header + DESTINATION);
    }

    /**
     * Bytes 8 to 11 of the header, time to live to checksum, as they are with one hop less (RFC
     * 1624 section 3).
     *
     * <p>The time to live is the high byte of its 16-bit word, so the sum of the header falls by
     * 0x0100 and the checksum, its complement, rises by as much.
     */
    public static int lessOneHop(long header) {
        int bytes8To11 = Memory.i32(header + TIME_TO_LIVE);
        int sum = (bytes8To11 & 0xffff) + 0x0100;
        int checksum = (sum + (sum >= 0xffff ? 1 : 0)) & 0xffff;
        return (bytes8To11 - 0x0100_0000) & 0xffff_0000 | checksum;
    }

    /**
     * Makes a header that of a fragment, with a right checksum.
     *
     * @param bytes behind the header
     * @param flagsAndOffset as of {@link #flagsAndOffset}
     */
    public static void makeFragment(long header, int bytes, int flagsAndOffset) {
        int headerLength = headerLength(header);
        Memory.putU16(header + TOTAL_LENGTH, headerLength + bytes);
        Memory.putU16(header + FLAGS_AND_OFFSET, flagsAndOffset);
        Memory.putU16(header + HEADER_CHECKSUM, 0);
        Memory.putU16(header + HEADER_CHECKSUM, Checksum.of(header, headerLength));
    }

    /**
     * Writes a header of 20 bytes with a right checksum; identification, type of service and flags
     * as given.
     */
    public static void write(
            long header,
            int typeOfService,
            int totalLength,
            int identification,
            int flags,
            int timeToLive,
            int protocol,
            int source,
            int destination) {
        Memory.putU8(header + VERSION_IHL, 0x45);
        Memory.putU8(header + TYPE_OF_SERVICE, typeOfService);
        Memory.putU16(header + TOTAL_LENGTH, totalLength);
        Memory.putU16(header + IDENTIFICATION, identification);
        Memory.putU16(header + FLAGS_AND_OFFSET, flags);
        Memory.putU8(header + TIME_TO_LIVE, timeToLive);
        Memory.putU8(header + PROTOCOL, protocol);
        Memory.putU16(header + HEADER_CHECKSUM, 0);
        Memory.putI32(header + SOURCE, source);
        Memory.putI32(header + DESTINATION, destination);
        Memory.putU16(header + HEADER_CHECKSUM, Checksum.of(header, MIN_HEADER_LENGTH));
    }
}
