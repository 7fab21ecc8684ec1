package lb.director.replay;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * One frame from its words. Writes every header itself, so that a mistake in lb's own reading and
 * writing shows. Owned by the thread that makes it.
 */
final class FrameWords {
    private static final Map<String, Integer> PROTOCOLS =
            Map.of("icmp", 1, "tcp", 6, "udp", 17, "gre", 47, "icmp6", 58, "sctp", 132);
    private static final int FRAGMENT_HEADER = 44;

    private final Map<String, String> names;
    private final List<String> plain = new ArrayList<>();
    private final Map<String, Integer> settings = new HashMap<>();
    private final List<Integer> tags = new ArrayList<>();

    private FrameWords(String words, Map<String, String> names) {
        this.names = names;
        for (String word : words.split(" +")) {
            int equals = word.indexOf('=');
            if (equals < 0) {
                plain.add(word);
            } else if (word.startsWith("vlan=")) {
                tags.add(Integer.decode(word.substring(equals + 1)));
            } else {
                settings.put(word.substring(0, equals), Integer.decode(word.substring(equals + 1)));
            }
        }
    }

    static byte[] frame(String words, Map<String, String> names) {
        return new FrameWords(words, names).build();
    }

    private int setting(String name, int otherwise) {
        return settings.getOrDefault(name, otherwise);
    }

    private byte[] build() {
        byte[] payload;
        int type;
        switch (plain.get(3)) {
            case "arp" -> {
                payload = arp();
                type = 0x0806;
            }
            case "raw" -> {
                payload = HexFormat.of().parseHex(plain.get(4));
                type = setting("type", 0x88b5);
            }
            default -> {
                byte[] source = address(plain.get(4));
                byte[] destination = address(plain.get(6));
                payload =
                        source.length == 4 ? ipv4(source, destination) : ipv6(source, destination);
                type = source.length == 4 ? 0x0800 : 0x86dd;
            }
        }
        byte[] frame = ethernet(type, payload);
        return Arrays.copyOf(frame, setting("cut", Math.max(frame.length, setting("pad", 0))));
    }

    private byte[] ethernet(int type, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(14 + 4 * tags.size() + payload.length);
        frame.put(mac(plain.get(2))).put(mac(plain.get(0)));
        for (int tag : tags) {
            frame.putShort((short) 0x8100).putShort((short) tag);
        }
        return frame.putShort((short) type).put(payload).array();
    }

    /** {@code a > b arp 10.0.0.1 > 10.0.0.2}: the first asks who has the second. */
    private byte[] arp() {
        return ByteBuffer.allocate(28)
                .putLong(0x0001_0800_0604_0001L)
                .put(mac(plain.get(0)))
                .put(address(plain.get(4)))
                .put(new byte[6])
                .put(address(plain.get(6)))
                .array();
    }

    private byte[] ipv4(byte[] source, byte[] destination) {
        byte[] pseudo = ByteBuffer.allocate(8).put(source).put(destination).array();
        byte[] transport = transport(pseudo);
        int fragment = setting("offset", 0) / 8 | setting("more", 0) << 13;
        int headerWords = setting("ihl", 5);
        ByteBuffer ip = ByteBuffer.allocate(20 + transport.length);
        ip.put((byte) (setting("version", 4) << 4 | headerWords));
        ip.put((byte) setting("tos", 0));
        ip.putShort((short) setting("length", 20 + transport.length));
        ip.putShort((short) setting("id", 1)).putShort((short) fragment);
        ip.put((byte) setting("ttl", 64)).put((byte) protocol()).putShort((short) 0);
        ip.put(source).put(destination);
        ip.putShort(10, (short) (checksum(Arrays.copyOf(ip.array(), 20)) + setting("badsum", 0)));
        return ip.put(transport).array();
    }

    private byte[] ipv6(byte[] source, byte[] destination) {
        byte[] pseudo = ByteBuffer.allocate(32).put(source).put(destination).array();
        byte[] transport = transport(pseudo);
        int extensions = settings.containsKey("options") ? 1 : 0;
        boolean fragment = settings.containsKey("more") || settings.containsKey("offset");
        int length = transport.length + 8 * extensions + (fragment ? 8 : 0);
        ByteBuffer ip = ByteBuffer.allocate(40 + length);
        ip.putInt(setting("version", 6) << 28).putShort((short) setting("length", length));
        int next = fragment ? FRAGMENT_HEADER : protocol();
        ip.put((byte) (extensions == 1 ? setting("options", 0) : next));
        ip.put((byte) setting("ttl", 64)).put(source).put(destination);
        if (extensions == 1) {
            ip.put((byte) next).put((byte) 0).putShort((short) 0x0104).putInt(0);
        }
        if (fragment) {
            ip.put((byte) protocol()).put((byte) 0);
            ip.putShort((short) (setting("offset", 0) & ~7 | setting("more", 0)))
                    .putInt(setting("id", 1));
        }
        return ip.put(transport).array();
    }

    private int protocol() {
        return PROTOCOLS.get(plain.get(3));
    }

    private byte[] transport(byte[] pseudo) {
        byte[] data = data(setting("data", 0));
        if (setting("offset", 0) != 0) {
            return data;
        }
        byte[] segment =
                switch (plain.get(3)) {
                    case "tcp" -> tcp(data);
                    case "udp" -> concat(ports(8).putShort((short) (8 + data.length)), data);
                    case "sctp" ->
                            concat(ports(32).put(12, (byte) 1).putShort(14, (short) 20), data);
                    case "icmp", "icmp6" ->
                            concat(
                                    ByteBuffer.allocate(8)
                                            .putInt(protocol() == 1 ? 0x0800_0000 : 0x8000_0000),
                                    data);
                    default -> data;
                };
        int checksumAt = Map.of(6, 16, 17, 6, 1, 2, 58, 2).getOrDefault(protocol(), -1);
        if (checksumAt >= 0) {
            byte[] head = protocol() == 1 ? new byte[0] : pseudo;
            ByteBuffer all = ByteBuffer.allocate(head.length + 8 + segment.length + 1);
            all.put(head);
            if (head.length > 0) {
                all.putInt(segment.length).putInt(protocol());
            }
            ByteBuffer.wrap(segment)
                    .putShort(checksumAt, (short) checksum(all.put(segment).array()));
        }
        return Arrays.copyOf(segment, setting("transport", segment.length));
    }

    private byte[] tcp(byte[] data) {
        int flags = 0;
        for (String flag : plain.size() > 7 ? plain.get(7).split("\\+") : new String[0]) {
            flags |= 1 << List.of("FIN", "SYN", "RST", "PSH", "ACK").indexOf(flag);
        }
        ByteBuffer header = ports(20);
        header.putInt(setting("seq", 1000)).putInt((flags & 0x10) == 0 ? 0 : setting("ack", 5000));
        header.put((byte) (setting("doff", 5) << 4)).put((byte) flags).putShort((short) 64240);
        return concat(header, data);
    }

    private ByteBuffer ports(int headerLength) {
        return ByteBuffer.allocate(headerLength)
                .putShort((short) port(plain.get(4)))
                .putShort((short) port(plain.get(6)));
    }

    /** The letters a to z again and again, to be seen in a dump. */
    private static byte[] data(int length) {
        byte[] data = new byte[length];
        for (int i = 0; i < length; i++) {
            data[i] = (byte) ('a' + i % 26);
        }
        return data;
    }

    private static byte[] concat(ByteBuffer header, byte[] data) {
        return ByteBuffer.allocate(header.capacity() + data.length)
                .put(header.array())
                .put(data)
                .array();
    }

    /** RFC 1071; an odd last byte counts as if a zero followed. */
    private static int checksum(byte[] bytes) {
        int sum = 0;
        for (int i = 0; i < bytes.length; i++) {
            sum += (bytes[i] & 0xff) << (i % 2 == 0 ? 8 : 0);
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return ~sum & 0xffff;
    }

    private byte[] mac(String name) {
        return HexFormat.ofDelimiter(":").parseHex(names.getOrDefault(name, name));
    }

    /**
     * The address of {@code 10.0.0.1}, {@code 10.0.0.1:80}, {@code fd00::1} or {@code
     * [fd00::1]:80}.
     */
    private static byte[] address(String text) {
        String address =
                text.startsWith("[")
                        ? text.substring(1, text.indexOf(']'))
                        : text.contains(".") ? text.replaceFirst(":.*", "") : text;
        return InetAddress.ofLiteral(address).getAddress();
    }

    private static int port(String text) {
        return Integer.parseInt(text.substring(text.lastIndexOf(':') + 1));
    }
}
