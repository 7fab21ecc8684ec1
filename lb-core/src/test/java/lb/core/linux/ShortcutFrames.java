package lb.core.linux;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/** Frames of one bulk connection, and its flow. One thread. */
final class ShortcutFrames {
    static final int SEGMENT_BYTES = 1448;

    /** Segments are 20 or 40 + 32 + 1448 bytes long, options included. */
    static final int MTU = 1520;

    static final int LOOPBACK = 1;
    static final long OWN_MAC = 0x0200_0000_0001L;
    static final long CLIENT_MAC = 0x0200_0000_0002L;
    static final long SERVER_MAC = 0x0200_0000_0003L;
    static final long OUT_MAC = 0x0200_0000_0004L;
    private static final InetAddress VIP = InetAddress.ofLiteral("10.66.0.100");
    private static final InetAddress CLIENT = InetAddress.ofLiteral("10.66.0.7");
    private static final InetAddress VIP6 = InetAddress.ofLiteral("fd66::100");
    private static final InetAddress CLIENT6 = InetAddress.ofLiteral("fd66::7");

    private int sequence = 1;

    static ShortcutFlow flow(boolean ipv6) {
        ByteBuffer client = ByteBuffer.wrap(CLIENT6.getAddress());
        ByteBuffer vip = ByteBuffer.wrap(VIP6.getAddress());
        return new ShortcutFlow(
                ipv6 ? client.getLong(0) : 0,
                ipv6 ? client.getLong(8) : 0xffff_0a42_0007L,
                ipv6 ? vip.getLong(0) : 0,
                ipv6 ? vip.getLong(8) : 0xffff_0a42_0064L,
                40_000,
                80,
                LOOPBACK,
                OWN_MAC,
                CLIENT_MAC,
                LOOPBACK,
                SERVER_MAC,
                OUT_MAC,
                MTU,
                false);
    }

    static ShortcutFlow with(
            ShortcutFlow f, int in, long destination, long source, int mtu, boolean keep) {
        return new ShortcutFlow(
                f.clientHigh(),
                f.clientLow(),
                f.serviceHigh(),
                f.serviceLow(),
                f.clientPort(),
                f.servicePort(),
                in,
                destination,
                source,
                f.out(),
                f.outDestination(),
                f.outSource(),
                mtu,
                keep);
    }

    /** A large one. */
    byte[] of(boolean ipv6) {
        return of(ipv6, 3_100);
    }

    /** With 12 bytes of TCP options; each has a sequence number of its own. */
    byte[] of(boolean ipv6, int length) {
        ByteBuffer frame = ByteBuffer.allocate(length);
        putMac(frame, 0, OWN_MAC);
        putMac(frame, 6, CLIENT_MAC);
        int tcp = ipv6 ? 54 : 34;
        if (ipv6) {
            frame.putShort(12, (short) 0x86dd).put(14, (byte) 0x60);
            frame.putShort(18, (short) (length - 54)).put(20, (byte) 6).put(21, (byte) 64);
            frame.put(22, CLIENT6.getAddress()).put(38, VIP6.getAddress());
        } else {
            frame.putShort(12, (short) 0x0800).put(14, (byte) 0x45);
            frame.putShort(16, (short) (length - 14)).putShort(20, (short) 0x4000);
            frame.put(22, (byte) 64).put(23, (byte) 6);
            frame.put(26, CLIENT.getAddress()).put(30, VIP.getAddress());
            checksum(frame.array());
        }
        frame.putShort(tcp, (short) 40_000).putShort(tcp + 2, (short) 80);
        frame.putInt(tcp + 4, sequence++);
        frame.put(tcp + 12, (byte) 0x80).put(tcp + 13, (byte) 0x18);
        return frame.array();
    }

    static void checksum(byte[] frame) {
        ByteBuffer bytes = ByteBuffer.wrap(frame).putShort(24, (short) 0);
        int sum = 0;
        for (int offset = 14; offset < 34; offset += 2) {
            sum += bytes.getShort(offset) & 0xffff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = (sum & 0xffff) + (sum >>> 16);
        bytes.putShort(24, (short) ~sum);
    }

    static void putMac(ByteBuffer frame, int offset, long mac) {
        frame.putShort(offset, (short) (mac >>> 32)).putInt(offset + 2, (int) mac);
    }
}
