package lb.core.wire;

/**
 * The SCTP common header and the chunks behind it (RFC 9260 section 3). Stateless; any thread.
 *
 * <p>The checksum is CRC32c (RFC 9260 section 6.8) over what direct routing leaves alone.
 */
public final class Sctp {
    /** Bytes of the common header. */
    public static final int HEADER_LENGTH = 12;

    /** Bytes of a chunk's type, flags and length. */
    public static final int CHUNK_HEADER_LENGTH = 4;

    /** Where the checksum stands in the common header. */
    public static final int CHECKSUM = 8;

    /** Opens an association. */
    public static final int INIT = 1;

    /** Answers an INIT. */
    public static final int INIT_ACK = 2;

    /** Ends an association at once. */
    public static final int ABORT = 6;

    /** Its sender has nothing more to send. */
    public static final int SHUTDOWN = 7;

    /** Answers a SHUTDOWN. */
    public static final int SHUTDOWN_ACK = 8;

    /** Tells of an error. */
    public static final int ERROR = 9;

    /** The third message of the handshake. */
    public static final int COOKIE_ECHO = 10;

    /** The fourth message of the handshake. */
    public static final int COOKIE_ACK = 11;

    /** The last message of an association. */
    public static final int SHUTDOWN_COMPLETE = 14;

    private static final int TYPE = 0;
    private static final int LENGTH = 2;

    private Sctp() {}

    /** The type of the chunk at {@code chunk}. */
    public static int chunkType(long chunk) {
        return Memory.u8(chunk + TYPE);
    }

    /** Bytes of the chunk at {@code chunk}, its header included, its padding not. */
    public static int chunkLength(long chunk) {
        return Memory.u16(chunk + LENGTH);
    }

    /** Where the chunk behind the one at {@code chunk} starts, if there is one. */
    public static long nextChunk(long chunk) {
        return chunk + (chunkLength(chunk) + 3 & ~3);
    }

    /**
     * Whether the chunks fill the packet one behind the other (RFC 9260 section 3.2).
     *
     * @param available bytes from the common header on, at least one chunk header behind it
     * @param cut whether the packet goes on in other fragments
     */
    public static boolean isWellFormed(long header, int available, boolean cut) {
        long end = header + available;
        long chunk = header + HEADER_LENGTH;
        while (end - chunk >= CHUNK_HEADER_LENGTH) {
            int length = chunkLength(chunk);
            if (length < CHUNK_HEADER_LENGTH || (length > end - chunk && !cut)) {
                return false;
            }
            chunk = nextChunk(chunk);
        }
        // Less than a chunk header may be left only as padding, or by a cut.
        return cut || chunk >= end;
    }
}
