package lb.core.wire;

/**
 * The ICMP header (RFC 792) and the ICMPv6 header (RFC 4443), which share their shape. Stateless;
 * any thread.
 */
public final class Icmp {
    /** Bytes of the header; what it quotes follows. */
    public static final int HEADER_LENGTH = 8;

    /** ICMP: destination unreachable. */
    public static final int UNREACHABLE = 3;

    /** ICMP code of {@link #UNREACHABLE}: no such port. */
    public static final int PORT_UNREACHABLE = 3;

    /**
     * ICMP code of {@link #UNREACHABLE}: fragmentation needed and "don't fragment" set (RFC 1191).
     */
    public static final int FRAGMENTATION_NEEDED = 4;

    /** ICMP: source quench. */
    public static final int SOURCE_QUENCH = 4;

    /** ICMP: time exceeded; code 0 in transit. */
    public static final int TIME_EXCEEDED = 11;

    /** ICMPv6: destination unreachable. */
    public static final int V6_UNREACHABLE = 1;

    /** ICMPv6 code of {@link #V6_UNREACHABLE}: no such port. */
    public static final int V6_PORT_UNREACHABLE = 4;

    /** ICMPv6: packet too big (RFC 8201). */
    public static final int V6_PACKET_TOO_BIG = 2;

    /** ICMPv6: time exceeded; code 0 in transit. */
    public static final int V6_TIME_EXCEEDED = 3;

    /** ICMPv6: parameter problem. */
    public static final int V6_PARAMETER_PROBLEM = 4;

    private static final int TYPE = 0;
    private static final int CODE = 1;
    private static final int CHECKSUM = 2;
    private static final int REST = 4;

    private Icmp() {}

    /** The message type. */
    public static int type(long header) {
        return Memory.u8(header + TYPE);
    }

    /** The code within the type. */
    public static int code(long header) {
        return Memory.u8(header + CODE);
    }

    /** Writes a header with checksum 0; {@code rest} are its last four bytes, such as an MTU. */
    public static void write(long header, int type, int code, int rest) {
        Memory.putU8(header + TYPE, type);
        Memory.putU8(header + CODE, code);
        Memory.putU16(header + CHECKSUM, 0);
        Memory.putI32(header + REST, rest);
    }

    /** Writes the checksum. */
    public static void putChecksum(long header, int checksum) {
        Memory.putU16(header + CHECKSUM, checksum);
    }
}
