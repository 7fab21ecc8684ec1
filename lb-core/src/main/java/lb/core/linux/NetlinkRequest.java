package lb.core.linux;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * One netlink message on its way to the kernel: header, fixed part, attributes (linux/netlink.h).
 *
 * <p>Used by one thread. Carries its own name and object, so that a refusal can be told in words.
 */
final class NetlinkRequest {
    static final int F_REQUEST = 0x1;
    static final int F_ACK = 0x4;
    static final int F_REPLACE = 0x100;
    static final int F_EXCL = 0x200;
    static final int F_DUMP = 0x300;
    static final int F_CREATE = 0x400;
    static final int HEADER_LENGTH = 16;

    private static final int ATTRIBUTE_HEADER_LENGTH = 4;
    private static final int LENGTH_OFFSET = 0;
    private static final int SEQUENCE_OFFSET = 8;
    private static final int NESTED = 0x8000;

    private final String name;
    private final Supplier<String> object;
    private final boolean dump;
    private final ByteBuffer bytes = ByteBuffer.allocate(1024).order(ByteOrder.nativeOrder());

    /**
     * A message without content.
     *
     * @param name of its type, such as {@code RTM_NEWADDR}
     * @param object what it is about; asked only for an error text
     * @param flags besides {@link #F_REQUEST}; a message that is no dump also asks for an
     *     acknowledgement
     */
    NetlinkRequest(String name, int type, int flags, Supplier<String> object) {
        this.name = name;
        this.object = object;
        this.dump = (flags & F_DUMP) == F_DUMP && (flags & F_CREATE) == 0;
        int all = flags | F_REQUEST | (dump ? 0 : F_ACK);
        bytes.putInt(0).putShort((short) type).putShort((short) all).putInt(0).putInt(0);
    }

    String name() {
        return name;
    }

    String object() {
        return object.get();
    }

    boolean isDump() {
        return dump;
    }

    NetlinkRequest u8(int value) {
        bytes.put((byte) value);
        return this;
    }

    NetlinkRequest u16(int value) {
        bytes.putShort((short) value);
        return this;
    }

    NetlinkRequest i32(int value) {
        bytes.putInt(value);
        return this;
    }

    NetlinkRequest attribute(int type, byte[] value) {
        bytes.putShort((short) (ATTRIBUTE_HEADER_LENGTH + value.length));
        bytes.putShort((short) type).put(value);
        return align();
    }

    NetlinkRequest attribute(int type, InetAddress address) {
        return attribute(type, address.getAddress());
    }

    /** An attribute of 32-bit numbers: one, or the members of a C struct. */
    NetlinkRequest attribute(int type, int... values) {
        bytes.putShort((short) (ATTRIBUTE_HEADER_LENGTH + Integer.BYTES * values.length));
        bytes.putShort((short) type);
        for (int value : values) {
            bytes.putInt(value);
        }
        return this;
    }

    /** An attribute of text with the closing zero that the kernel's string policies want. */
    NetlinkRequest attribute(int type, String text) {
        return attribute(type, (text + "\0").getBytes(StandardCharsets.UTF_8));
    }

    /** Opens a nested attribute; {@link #end} with the result closes it. */
    int begin(int type) {
        int start = bytes.position();
        bytes.putShort((short) 0).putShort((short) (type | NESTED));
        return start;
    }

    NetlinkRequest end(int start) {
        bytes.putShort(start, (short) (bytes.position() - start));
        return this;
    }

    /** The finished message under a sequence number. */
    byte[] toBytes(int sequence) {
        bytes.putInt(LENGTH_OFFSET, bytes.position()).putInt(SEQUENCE_OFFSET, sequence);
        byte[] copy = new byte[bytes.position()];
        bytes.get(0, copy);
        return copy;
    }

    private NetlinkRequest align() {
        while (bytes.position() % 4 != 0) {
            bytes.put((byte) 0);
        }
        return this;
    }
}
