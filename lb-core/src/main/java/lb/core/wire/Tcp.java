package lb.core.wire;

/** The TCP header (RFC 9293 section 3.1). Stateless; any thread. */
public final class Tcp {
    /** Bytes of a header without options. */
    public static final int MIN_HEADER_LENGTH = 20;

    /** The flag FIN. */
    public static final int FIN = 0x01;

    /** The flag SYN. */
    public static final int SYN = 0x02;

    /** The flag RST. */
    public static final int RST = 0x04;

    /** The flag PSH. */
    public static final int PSH = 0x08;

    /** The flag ACK. */
    public static final int ACK = 0x10;

    private static final int SOURCE_PORT = 0;
    private static final int SEQUENCE_NUMBER = 4;
    private static final int ACKNOWLEDGMENT_NUMBER = 8;
    private static final int DATA_OFFSET = 12;
    private static final int FLAGS = 13;

    private Tcp() {}

    /** Source port. */
    public static int sourcePort(long header) {
        return Memory.u16(header + SOURCE_PORT);
    }

    /**
     * Source port in the upper, destination port in the lower 16 bits; UDP and SCTP have them in
     * the same place.
     */
    public static int ports(long header) {
        return Memory.i32(header + SOURCE_PORT);
    }

    /** Sequence number. */
    public static int sequenceNumber(long header) {
        return Memory.i32(header + SEQUENCE_NUMBER);
    }

    /** Acknowledgment number. */
    public static int acknowledgmentNumber(long header) {
        return Memory.i32(header + ACKNOWLEDGMENT_NUMBER);
    }

    /** Bytes of the header with its options, 0 to 60. */
    public static int headerLength(long header) {
        return (Memory.u8(header + DATA_OFFSET) >>> 4) << 2;
    }

    /** Data offset in the upper four, reserved bits, and flags in the lower eight of 16 bits. */
    static int offsetAndFlags(long header) {
        return Memory.u16(header + DATA_OFFSET);
    }

    /** The eight flag bits. */
    public static int flags(long header) {
        return Memory.u8(header + FLAGS);
    }
}
