package lb.core.wire;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** Frames as byte arrays, header by header; the parser's own writers are not used. */
public final class TestPacket {
    private TestPacket() {}

    public static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    public static byte[] hex(String text) {
        return java.util.HexFormat.of().parseHex(text.replace(" ", ""));
    }

    /** An Ethernet header with {@code tags} in front of the type, each as "8100 0005". */
    public static byte[] ethernet(String tags, int type, byte[] payload) {
        return join(
                hex("020000000001 8c89a5964cb2" + tags),
                new byte[] {(byte) (type >>> 8), (byte) type},
                payload);
    }

    /** An IPv4 packet from 10.0.200.22 to 10.0.205.100. */
    public static byte[] ipv4(int protocol, int flagsAndOffset, byte[] options, byte[] payload) {
        int header = 20 + options.length;
        ByteBuffer ip = ByteBuffer.allocate(header);
        ip.put((byte) (0x40 | header / 4))
                .put((byte) 0)
                .putShort((short) (header + payload.length));
        ip.putShort((short) 0x1234).putShort((short) flagsAndOffset);
        ip.put((byte) 64).put((byte) protocol).putShort((short) 0);
        ip.put(hex("0a00c816 0a00cd64")).put(options);
        int sum = 0;
        for (int i = 0; i < header; i += 2) {
            sum += ip.getShort(i) & 0xffff;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        ip.putShort(10, (short) ~sum);
        return join(ip.array(), payload);
    }

    public static byte[] ipv6(int nextHeader, byte[] payload) {
        return ipv6("fd00::22", "fd00:205::100", nextHeader, payload);
    }

    /** An IPv6 packet; {@code payload} starts with the first extension or transport header. */
    public static byte[] ipv6(String from, String to, int nextHeader, byte[] payload) {
        ByteBuffer ip = ByteBuffer.allocate(40).putInt(0x60000000).putShort((short) payload.length);
        ip.put((byte) nextHeader).put((byte) 64).put(address(from)).put(address(to));
        return join(ip.array(), payload);
    }

    private static byte[] address(String text) {
        if (text.startsWith("::ffff:")) {
            return hex("00000000000000000000ffff" + text.substring(7));
        }
        try {
            return InetAddress.getByName(text).getAddress();
        } catch (UnknownHostException e) {
            throw new AssertionError(text, e);
        }
    }

    public static byte[] tcp(int from, int to, int flags) {
        ByteBuffer tcp =
                ByteBuffer.allocate(20).putShort((short) from).putShort((short) to).putLong(7);
        return tcp.put((byte) 0x50).put((byte) flags).putShort((short) 1024).putInt(0).array();
    }

    public static byte[] udp(int from, int to, byte[] payload) {
        ByteBuffer udp = ByteBuffer.allocate(8).putShort((short) from).putShort((short) to);
        return join(
                udp.putShort((short) (8 + payload.length)).putShort((short) 0).array(), payload);
    }
}
