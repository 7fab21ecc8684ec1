package lb.core.linux;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of one netlink message, or those nested in another attribute; the last one of a
 * type counts.
 *
 * <p>Used by the thread that read the message. A value too short for the type asked of it is a
 * {@link NetlinkFormatException}, an absent one the default.
 */
final class NetlinkAttributes {
    private static final int HEADER_LENGTH = 4;
    private static final int TYPE_MASK = 0x3fff;
    private static final int MAC_LENGTH = 6;

    private final Map<Integer, ByteBuffer> values = new HashMap<>();

    private NetlinkAttributes() {}

    static NetlinkAttributes none() {
        return new NetlinkAttributes();
    }

    static NetlinkAttributes parse(ByteBuffer bytes, int start) {
        NetlinkAttributes attributes = new NetlinkAttributes();
        int offset = start;
        while (bytes.limit() - offset >= HEADER_LENGTH) {
            int length = bytes.getShort(offset) & 0xffff;
            if (length < HEADER_LENGTH || length > bytes.limit() - offset) {
                throw new NetlinkFormatException("an attribute says it has " + length + " bytes");
            }
            int type = bytes.getShort(offset + 2) & TYPE_MASK;
            ByteBuffer value = bytes.slice(offset + HEADER_LENGTH, length - HEADER_LENGTH);
            attributes.values.put(type, value.order(ByteOrder.nativeOrder()));
            offset += NetlinkMessage.align(length);
        }
        return attributes;
    }

    boolean has(int type) {
        return values.containsKey(type);
    }

    int u8(int type, int absent) {
        ByteBuffer value = values.get(type);
        return value == null ? absent : need(type, value, 1).get(0) & 0xff;
    }

    int i32(int type, int absent) {
        return i32(type, 0, absent);
    }

    /** The 32-bit number {@code index} numbers into the value. */
    int i32(int type, int index, int absent) {
        ByteBuffer value = values.get(type);
        if (value == null) {
            return absent;
        }
        return need(type, value, (index + 1) * Integer.BYTES).getInt(index * Integer.BYTES);
    }

    String text(int type, String absent) {
        ByteBuffer value = values.get(type);
        if (value == null) {
            return absent;
        }
        int length = 0;
        while (length < value.limit() && value.get(length) != 0) {
            length++;
        }
        byte[] bytes = new byte[length];
        value.get(0, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /**
     * A 48-bit MAC address; {@link Link#NO_MAC} when absent or of another length (tunnels,
     * InfiniBand).
     */
    long mac(int type) {
        ByteBuffer value = values.get(type);
        if (value == null || value.limit() != MAC_LENGTH) {
            return Link.NO_MAC;
        }
        long mac = 0;
        for (int i = 0; i < MAC_LENGTH; i++) {
            mac = mac << 8 | (value.get(i) & 0xff);
        }
        return mac;
    }

    @Nullable InetAddress address(int type) {
        return address(type, 0);
    }

    /** The IPv4 or IPv6 address that stands {@code skip} bytes into the value. */
    @Nullable InetAddress address(int type, int skip) {
        ByteBuffer value = values.get(type);
        if (value == null) {
            return null;
        }
        byte[] bytes = new byte[need(type, value, skip).limit() - skip];
        value.get(skip, bytes);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new NetlinkFormatException(
                    "attribute " + type + " is no address: " + e.getMessage());
        }
    }

    NetlinkAttributes nested(int type) {
        ByteBuffer value = values.get(type);
        return value == null ? new NetlinkAttributes() : parse(value, 0);
    }

    private static ByteBuffer need(int type, ByteBuffer value, int length) {
        if (value.limit() < length) {
            throw new NetlinkFormatException(
                    "attribute " + type + " has only " + value.limit() + " bytes");
        }
        return value;
    }
}
