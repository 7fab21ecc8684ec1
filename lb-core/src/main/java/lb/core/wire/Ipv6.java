package lb.core.wire;

/**
 * The IPv6 header (RFC 8200 section 3) and the shape of its extension headers. Stateless; any
 * thread.
 */
public final class Ipv6 {
    /** Bytes of the fixed header. */
    public static final int HEADER_LENGTH = 40;

    /** Bytes of a fragment header (RFC 8200 section 4.5). */
    public static final int FRAGMENT_HEADER_LENGTH = 8;

    /** Where in the header the bytes are that {@link #lessOneHop} tells. */
    public static final int HOP_AT = 4;

    private static final int PAYLOAD_LENGTH = 4;
    private static final int NEXT_HEADER = 6;
    private static final int HOP_LIMIT = 7;
    private static final int SOURCE = 8;
    private static final int DESTINATION = 24;

    private static final int FRAGMENT_OFFSET_AND_FLAGS = 2;
    private static final int FRAGMENT_IDENTIFICATION = 4;

    private Ipv6() {}

    /** The version field: 6. */
    public static int version(long header) {
        return Memory.u8(header) >>> 4;
    }

    /** Bytes after the fixed header. */
    public static int payloadLength(long header) {
        return Memory.u16(header + PAYLOAD_LENGTH);
    }

    /** Protocol number of the first header after the fixed one. */
    public static int nextHeader(long header) {
        return Memory.u8(header + NEXT_HEADER);
    }

    /** Hop limit, 0 to 255. */
    public static int hopLimit(long header) {
        return Memory.u8(header + HOP_LIMIT);
    }

    /** The upper 64 bits of the source address. */
    public static long sourceHigh(long header) {
        return Memory.i64(header + SOURCE);
    }

    /** The lower 64 bits of the source address. */
    public static long sourceLow(long header) {
        return Memory.i64(header + SOURCE + 8);
    }

    /** The upper 64 bits of the destination address. */
    public static long destinationHigh(long header) {
        return Memory.i64(header + DESTINATION);
    }

    /** The lower 64 bits of the destination address. */
    public static long destinationLow(long header) {
        return Memory.i64(header + DESTINATION + 8);
    }

    /**
     * Bytes 4 to 7 of the header, payload length to hop limit, as they are with one hop less, of
     * which there must be one; there is no checksum.
     */
    public static int lessOneHop(long header) {
        return Memory.i32(header + HOP_AT) - 1;
    }

    /**
     * Whether {@code nextHeader} is an extension header with a length byte in units of 8 bytes:
     * hop-by-hop options, routing, destination options, mobility, HIP, shim6 (RFC 8200 section 4,
     * RFC 7045).
     */
    public static boolean isSkippableExtension(int nextHeader) {
        return switch (nextHeader) {
            case 0, 43, 60, 135, 139, 140 -> true;
            default -> false;
        };
    }

    /** Bytes of the extension header at {@code header}, 8 to 2,048. */
    public static int extensionLength(long header) {
        return (Memory.u8(header + 1) + 1) << 3;
    }

    /** Next header of the extension header at {@code header}. */
    public static int extensionNextHeader(long header) {
        return Memory.u8(header);
    }

    /**
     * Offset (13 bits, in 8-byte units), two reserved bits, and the flag "more fragments" in bit 0.
     */
    public static int fragmentOffsetAndFlags(long fragmentHeader) {
        return Memory.u16(fragmentHeader + FRAGMENT_OFFSET_AND_FLAGS);
    }

    /** The identification that the fragments of a packet share. */
    public static int fragmentIdentification(long fragmentHeader) {
        return Memory.i32(fragmentHeader + FRAGMENT_IDENTIFICATION);
    }

    /** Writes a fixed header. */
    public static void write(
            long header,
            int payloadLength,
            int nextHeader,
            int hopLimit,
            long sourceHigh,
            long sourceLow,
            long destinationHigh,
            long destinationLow) {
        Memory.putI32(header, 0x6000_0000);
        Memory.putU16(header + PAYLOAD_LENGTH, payloadLength);
        Memory.putU8(header + NEXT_HEADER, nextHeader);
        Memory.putU8(header + HOP_LIMIT, hopLimit);
        Memory.putI64(header + SOURCE, sourceHigh);
        Memory.putI64(header + SOURCE + 8, sourceLow);
        Memory.putI64(header + DESTINATION, destinationHigh);
        Memory.putI64(header + DESTINATION + 8, destinationLow);
    }
}
