package lb.director.lab;

import java.util.List;
import java.util.Optional;
import lb.core.wire.IpAddress;

/**
 * A VRRP advertisement as it was captured (RFC 3768 section 5.1, RFC 9568 section 5.2); its fields
 * are shown as they stand, right or wrong. Immutable; any thread.
 *
 * @param epochNanos when, see {@link CapturedFrame}
 * @param mac where the frame came from
 * @param ipv4 whether the IP header is IPv4's
 * @param version the field, 0 to 15
 * @param vrid the virtual router's number
 * @param priority 0 to 255
 * @param count of addresses, as the message says
 * @param frame all of it
 */
public record VrrpAdvert(
        long epochNanos,
        long mac,
        boolean ipv4,
        int version,
        int vrid,
        int priority,
        int count,
        CapturedFrame frame) {
    private static final int ETHERNET = 14;
    private static final int PROTOCOL = 112;
    private static final int IPV6_HEADER = 40;
    private static final int VRRP_HEADER = 8;

    /** The adverts among some frames, in their order. */
    public static List<VrrpAdvert> in(List<CapturedFrame> frames) {
        return frames.stream().flatMap(frame -> of(frame).stream()).toList();
    }

    private static Optional<VrrpAdvert> of(CapturedFrame frame) {
        int message = messageOffset(frame);
        if (message < 0 || frame.length() < message + VRRP_HEADER) {
            return Optional.empty();
        }
        return Optional.of(
                new VrrpAdvert(
                        frame.epochNanos(),
                        frame.source(),
                        frame.type() == 0x0800,
                        frame.u8(message) >>> 4,
                        frame.u8(message + 1),
                        frame.u8(message + 2),
                        frame.u8(message + 3),
                        frame));
    }

    private static int messageOffset(CapturedFrame frame) {
        if (frame.length() < ETHERNET + 20) {
            return -1;
        }
        if (frame.type() == 0x0800 && frame.u8(ETHERNET + 9) == PROTOCOL) {
            return ETHERNET + (frame.u8(ETHERNET) & 0xf) * 4;
        }
        boolean ipv6 = frame.type() == 0x86dd && frame.u8(ETHERNET + 6) == PROTOCOL;
        return ipv6 ? ETHERNET + IPV6_HEADER : -1;
    }

    /** Where the VRRP message begins in the frame. */
    public int message() {
        return messageOffset(frame);
    }

    /**
     * The interval field: version 2 seconds, with the authentication type above; version 3
     * centiseconds.
     */
    public int intervalField() {
        return frame.u16(message() + 4);
    }

    /** Whether it is of the virtual router with this number and the family of this VIP. */
    public boolean isOf(int id, IpAddress vip) {
        return vrid == id && ipv4 == vip.isIpv4();
    }
}
