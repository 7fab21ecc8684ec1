package lb.core.linux;

import java.net.InetAddress;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Route look-ups (linux/rtnetlink.h, struct rtmsg). Stateless; any thread. */
final class RouteCodec {
    /** The out interface of {@link #lookUp} when any will do. */
    static final int ANY_LINK = 0;

    private static final int RTM_NEWROUTE = 24;
    private static final int RTM_GETROUTE = 26;
    private static final int FIXED_LENGTH = 12;
    private static final int TYPE_OFFSET = 7;
    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PREFSRC = 7;
    private static final int RTA_VIA = 18;
    private static final int VIA_FAMILY_LENGTH = 2;
    private static final int RTN_LOCAL = 2;
    private static final int RTN_LAST_DELIVERING = 5;

    private RouteCodec() {}

    static NetlinkRequest lookUp(
            InetAddress destination, int outLink, IntFunction<String> linkName) {
        NetlinkRequest request =
                new NetlinkRequest(
                        "RTM_GETROUTE",
                        RTM_GETROUTE,
                        0,
                        () ->
                                destination.getHostAddress()
                                        + (outLink == ANY_LINK
                                                ? ""
                                                : " out of " + linkName.apply(outLink)));
        int bits = destination.getAddress().length * Byte.SIZE;
        request.u8(AddressCodec.family(destination)).u8(bits).u8(0).u8(0);
        request.u8(0).u8(0).u8(0).u8(0).i32(0).attribute(RTA_DST, destination);
        return outLink == ANY_LINK ? request : request.attribute(RTA_OIF, outLink);
    }

    /** Null for a route that leads nowhere: blackhole, unreachable, prohibit. */
    static @Nullable Route decode(NetlinkMessage message, InetAddress destination) {
        if (message.type() != RTM_NEWROUTE) {
            return null;
        }
        NetlinkAttributes attributes = message.attributes(FIXED_LENGTH);
        int type = message.payload().get(TYPE_OFFSET) & 0xff;
        if (type > RTN_LAST_DELIVERING) {
            return null;
        }
        InetAddress gateway = attributes.address(RTA_GATEWAY);
        // An IPv4 route through an IPv6 gateway (RFC 5549) has RTA_VIA instead.
        InetAddress nextHop =
                gateway != null ? gateway : attributes.address(RTA_VIA, VIA_FAMILY_LENGTH);
        return new Route(
                attributes.i32(RTA_OIF, 0),
                nextHop != null ? nextHop : destination,
                attributes.address(RTA_PREFSRC),
                type == RTN_LOCAL);
    }
}
