package lb.core.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * One message from the kernel: its header's fields and its payload. Immutable but for the payload's
 * bytes; one thread.
 *
 * @param payload what follows the 16-byte header, in native byte order, position 0
 */
record NetlinkMessage(int type, int flags, int sequence, ByteBuffer payload) {
    static final int ERROR = 2;
    static final int DONE = 3;
    static final int OVERRUN = 4;
    static final int F_DUMP_INTERRUPTED = 0x10;

    private static final int F_CAPPED = 0x100;
    private static final int F_ACK_ATTRIBUTES = 0x200;
    private static final int ACK_TEXT = 1;
    private static final int HEADER_LENGTH = NetlinkRequest.HEADER_LENGTH;

    /**
     * Cuts a datagram into its messages.
     *
     * @throws NetlinkFormatException when a length is smaller than a header or reaches beyond the
     *     datagram
     */
    static List<NetlinkMessage> parse(ByteBuffer datagram) {
        ByteBuffer bytes = datagram.slice().order(ByteOrder.nativeOrder());
        List<NetlinkMessage> messages = new ArrayList<>();
        int offset = 0;
        while (offset < bytes.limit()) {
            if (bytes.limit() - offset < HEADER_LENGTH) {
                throw new NetlinkFormatException("a message header is cut short");
            }
            int length = bytes.getInt(offset);
            if (length < HEADER_LENGTH || length > bytes.limit() - offset) {
                throw new NetlinkFormatException("a message says it has " + length + " bytes");
            }
            messages.add(message(bytes, offset, length));
            offset += align(length);
        }
        return messages;
    }

    private static NetlinkMessage message(ByteBuffer bytes, int offset, int length) {
        ByteBuffer payload =
                bytes.slice(offset + HEADER_LENGTH, length - HEADER_LENGTH)
                        .order(ByteOrder.nativeOrder());
        return new NetlinkMessage(
                bytes.getShort(offset + 4) & 0xffff,
                bytes.getShort(offset + 6) & 0xffff,
                bytes.getInt(offset + 8),
                payload);
    }

    /** The fixed part that leads the payload is there in full. */
    void require(int fixedLength) {
        if (payload.limit() < fixedLength) {
            throw new NetlinkFormatException(
                    "message type " + type + " has only " + payload.limit() + " bytes of payload");
        }
    }

    /** The attributes behind a fixed part of {@code fixedLength} bytes. */
    NetlinkAttributes attributes(int fixedLength) {
        require(fixedLength);
        return NetlinkAttributes.parse(payload, align(fixedLength));
    }

    /** The positive errno of an ERROR or DONE message; 0 for success. */
    int errno() {
        if (type == DONE && payload.limit() < Integer.BYTES) {
            return 0;
        }
        require(Integer.BYTES);
        return -payload.getInt(0);
    }

    /** The kernel's explanation in an ERROR or DONE message (NETLINK_EXT_ACK), or an empty text. */
    String explanation() {
        if ((flags & F_ACK_ATTRIBUTES) == 0) {
            return "";
        }
        int offset = Integer.BYTES;
        if (type == ERROR) {
            offset += echoLength(offset);
        }
        return NetlinkAttributes.parse(payload, offset).text(ACK_TEXT, "");
    }

    /**
     * Bytes of our own message that an ERROR repeats from {@code offset} on: its header alone when
     * capped.
     */
    private int echoLength(int offset) {
        require(offset + HEADER_LENGTH);
        if ((flags & F_CAPPED) != 0) {
            return HEADER_LENGTH;
        }
        int length = payload.getInt(offset);
        if (length < HEADER_LENGTH || length > payload.limit() - offset) {
            throw new NetlinkFormatException(
                    "an error repeats " + length + " bytes of its request");
        }
        return align(length);
    }

    static int align(int length) {
        return (length + 3) & ~3;
    }
}
