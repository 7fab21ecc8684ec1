package lb.director.daemon;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import lb.core.wire.IpAddress;
import lb.director.lab.CapturedFrame;

/**
 * Questions for the owner of an address, ARP (RFC 826) or neighbour solicitation (RFC 4861 section
 * 4.3), and the answers. Stateless; any thread.
 */
final class Neighbours {
    private static final int REPLY = 2;
    private static final int ADVERTISEMENT = 136;
    private static final int ICMP = 54;

    private Neighbours() {}

    /** A frame that asks in c's name. */
    static byte[] question(String vip, long mac, String source4, String source6) {
        IpAddress target = IpAddress.parse(vip);
        return target.isIpv4()
                ? request(target.ipv4(), mac, IpAddress.parse(source4).ipv4())
                : solicitation(target, mac, IpAddress.parse(source6));
    }

    private static byte[] request(int target, long mac, int source) {
        ByteBuffer frame = ByteBuffer.allocate(42);
        putMac(frame, 0xffff_ffff_ffffL);
        putMac(frame, mac);
        frame.putShort((short) 0x0806).putShort((short) 1).putShort((short) 0x0800);
        frame.putShort((short) 0x0604).putShort((short) 1);
        putMac(frame, mac);
        frame.putInt(source);
        putMac(frame, 0);
        frame.putInt(target);
        return frame.array();
    }

    private static byte[] solicitation(IpAddress target, long mac, IpAddress source) {
        ByteBuffer frame = ByteBuffer.allocate(ICMP + 32);
        long suffix = target.low() & 0xff_ffff;
        putMac(frame, 0x3333_ff00_0000L | suffix);
        putMac(frame, mac);
        frame.putShort((short) 0x86dd).putInt(0x6000_0000).putShort((short) 32);
        frame.put((byte) 58).put((byte) 255);
        frame.putLong(source.high()).putLong(source.low());
        frame.putLong(0xff02_0000_0000_0000L).putLong(0x0000_0001_ff00_0000L | suffix);
        frame.putShort((short) 0x8700).putShort((short) 0).putInt(0);
        frame.putLong(target.high()).putLong(target.low());
        frame.putShort((short) 0x0101);
        putMac(frame, mac);
        frame.putShort(ICMP + 2, checksum(frame));
        return frame.array();
    }

    private static short checksum(ByteBuffer frame) {
        int sum = 58 + 32;
        for (int i = 22; i < frame.limit(); i += 2) {
            sum += frame.getShort(i) & 0xffff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        return (short) ~((sum & 0xffff) + (sum >>> 16));
    }

    private static void putMac(ByteBuffer frame, long mac) {
        frame.putShort((short) (mac >>> 32)).putInt((int) mac);
    }

    /** Who has said since a moment, asked, that the address is its own. */
    static Set<Long> answers(List<CapturedFrame> frames, String vip, long sinceNanos) {
        IpAddress target = IpAddress.parse(vip);
        return frames.stream()
                .filter(frame -> frame.epochNanos() >= sinceNanos)
                .filter(frame -> target.isIpv4() ? isReply(frame, target) : isAnswer(frame, target))
                .map(CapturedFrame::source)
                .collect(Collectors.toSet());
    }

    private static boolean isReply(CapturedFrame frame, IpAddress target) {
        return frame.type() == 0x0806 && frame.u16(20) == REPLY && frame.i32(28) == target.ipv4();
    }

    /** Solicited and override are set in an answer: S and O of RFC 4861 section 4.4. */
    private static boolean isAnswer(CapturedFrame frame, IpAddress target) {
        return frame.type() == 0x86dd
                && frame.length() >= ICMP + 24
                && frame.u8(20) == 58
                && frame.u8(ICMP) == ADVERTISEMENT
                && (frame.u8(ICMP + 4) & 0x60) == 0x60
                && frame.i32(ICMP + 16) == (int) (target.low() >>> 32)
                && frame.i32(ICMP + 20) == (int) target.low();
    }
}
