package lb.director.lab;

import java.util.List;
import java.util.Optional;
import lb.core.wire.IpAddress;

/**
 * A gratuitous ARP request (RFC 5227 section 3) or an unsolicited neighbour advertisement (RFC 4861
 * section 7.2.6) as it was captured: a host tells everybody that an address is its own. Immutable;
 * any thread.
 *
 * @param epochNanos when, see {@link CapturedFrame}
 * @param mac where the frame came from
 * @param vip the address
 * @param frame all of it
 */
public record VipAnnouncement(long epochNanos, long mac, IpAddress vip, CapturedFrame frame) {
    private static final int ARP_LENGTH = 42;
    private static final int ADVERTISEMENT_LENGTH = 78;
    private static final int SENDER_IP = 28;
    private static final int TARGET_IP = 38;
    private static final int ICMP = 54;
    private static final long ALL_NODES_MAC = 0x3333_0000_0001L;

    /** The announcements among some frames, in their order. */
    public static List<VipAnnouncement> in(List<CapturedFrame> frames) {
        return frames.stream().flatMap(frame -> of(frame).stream()).toList();
    }

    private static Optional<VipAnnouncement> of(CapturedFrame frame) {
        return vip(frame)
                .map(vip -> new VipAnnouncement(frame.epochNanos(), frame.source(), vip, frame));
    }

    private static Optional<IpAddress> vip(CapturedFrame frame) {
        if (frame.length() >= ARP_LENGTH
                && frame.type() == 0x0806
                && frame.u16(20) == 1
                && frame.i32(SENDER_IP) == frame.i32(TARGET_IP)) {
            return Optional.of(IpAddress.ofIpv4(frame.i32(SENDER_IP)));
        }
        if (frame.length() >= ADVERTISEMENT_LENGTH
                && frame.type() == 0x86dd
                && frame.u8(20) == 58
                && frame.u8(ICMP) == 136
                && frame.destination() == ALL_NODES_MAC) {
            return Optional.of(new IpAddress(i64(frame, ICMP + 8), i64(frame, ICMP + 16)));
        }
        return Optional.empty();
    }

    private static long i64(CapturedFrame frame, int offset) {
        return (long) frame.i32(offset) << 32 | frame.i32(offset + 4) & 0xffff_ffffL;
    }
}
