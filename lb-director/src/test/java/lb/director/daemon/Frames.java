package lb.director.daemon;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import lb.core.wire.IpAddress;
import lb.director.lab.CapturedFrame;

/** Frames of the tests' own, and what to ask of captured ones. Stateless; any thread. */
final class Frames {
    static final int NO_TAG = -1;
    static final int ARP_REQUEST = 1;
    static final int ARP_REPLY = 2;

    private static final int ETHERNET = 14;
    private static final int TAG = 4;
    private static final int SCTP_INIT = 32;

    private Frames() {}

    /**
     * A client's SYN to the director's first VIP; its TCP checksum is 0, so that no host answers.
     *
     * @param vlan 0 to 4095, or {@link #NO_TAG}
     */
    static byte[] syn(int sourcePort, int timeToLive, int vlan) {
        ByteBuffer frame = ByteBuffer.allocate(ETHERNET + (vlan == NO_TAG ? 0 : TAG) + 40);
        putMac(frame, DirectorNetwork.DIRECTOR_MAC);
        putMac(frame, DirectorNetwork.CLIENT_MAC);
        if (vlan != NO_TAG) {
            frame.putShort((short) 0x8100).putShort((short) vlan);
        }
        frame.putShort((short) 0x0800);
        int ip = frame.position();
        frame.putShort((short) 0x4500).putShort((short) 40).putInt(0x1234_4000);
        frame.put((byte) timeToLive).put((byte) 6).putShort((short) 0);
        frame.putInt(IpAddress.parse("10.0.200.22").ipv4());
        frame.putInt(IpAddress.parse(DirectorNetwork.VIP).ipv4());
        frame.putShort(ip + 10, checksum(frame, ip));
        frame.putShort((short) sourcePort).putShort((short) DirectorNetwork.PORT);
        frame.putInt(1).putInt(0).putShort((short) 0x5002).putShort((short) 8192).putInt(0);
        return frame.array();
    }

    /** A client's INIT to the director's first VIP, with its CRC32c (RFC 9260 appendix A). */
    static byte[] sctpInit(int sourcePort, int port) {
        ByteBuffer frame = ByteBuffer.allocate(ETHERNET + 20 + SCTP_INIT);
        putMac(frame, DirectorNetwork.DIRECTOR_MAC);
        putMac(frame, DirectorNetwork.CLIENT_MAC);
        frame.putShort((short) 0x0800);
        int ip = frame.position();
        frame.putShort((short) 0x4500).putShort((short) (20 + SCTP_INIT)).putInt(0x1234_4000);
        frame.put((byte) 64).put((byte) 132).putShort((short) 0);
        frame.putInt(IpAddress.parse("10.0.200.22").ipv4());
        frame.putInt(IpAddress.parse(DirectorNetwork.VIP).ipv4());
        frame.putShort(ip + 10, checksum(frame, ip));
        int sctp = frame.position();
        frame.putShort((short) sourcePort).putShort((short) port).putInt(0).putInt(0);
        frame.putInt(0x0100_0014).putInt(sourcePort).putInt(65_536);
        frame.putInt(0x0001_0001).putInt(1);
        CRC32C crc = new CRC32C();
        crc.update(frame.array(), sctp, SCTP_INIT);
        frame.putInt(sctp + 8, Integer.reverseBytes((int) crc.getValue()));
        return frame.array();
    }

    private static void putMac(ByteBuffer frame, long mac) {
        frame.putShort((short) (mac >>> 32)).putInt((int) mac);
    }

    /** RFC 1071, over a header of 20 bytes. */
    private static short checksum(ByteBuffer frame, int ip) {
        int sum = 0;
        for (int i = 0; i < 20; i += 2) {
            sum += frame.getShort(ip + i) & 0xffff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        return (short) ~((sum & 0xffff) + (sum >>> 16));
    }

    /** Whether it is a TCP segment from this port, behind no tag. */
    static boolean isFromPort(CapturedFrame frame, int port) {
        return frame.type() == 0x0800 && frame.u8(23) == 6 && frame.u16(34) == port;
    }

    static boolean isArp(CapturedFrame frame, int operation, String sender, String target) {
        return frame.type() == 0x0806
                && frame.u16(20) == operation
                && frame.i32(28) == IpAddress.parse(sender).ipv4()
                && frame.i32(38) == IpAddress.parse(target).ipv4();
    }

    static byte[] bytes(CapturedFrame frame) {
        byte[] bytes = new byte[frame.length()];
        frame.bytes().get(0, bytes);
        return bytes;
    }
}
