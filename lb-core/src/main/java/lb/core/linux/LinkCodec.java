package lb.core.linux;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Link messages (linux/if_link.h, struct ifinfomsg). Stateless; any thread. */
final class LinkCodec {
    static final int RTM_NEWLINK = 16;
    static final int RTM_DELLINK = 17;

    private static final int RTM_GETLINK = 18;
    private static final int FIXED_LENGTH = 16;
    private static final int INDEX_OFFSET = 4;
    private static final int FLAGS_OFFSET = 8;
    private static final int IFLA_ADDRESS = 1;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_LINK = 5;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_IFALIAS = 20;
    private static final int IFLA_AF_SPEC = 26;
    private static final int IFLA_INFO_KIND = 1;
    private static final int IFLA_INFO_DATA = 2;
    private static final int IFLA_MACVLAN_MODE = 1;
    private static final int MACVLAN_MODE_PRIVATE = 1;
    private static final int IFLA_INET_CONF = 1;
    private static final int IFLA_INET6_ADDR_GEN_MODE = 8;
    private static final byte ADDR_GEN_MODE_NONE = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int IFF_UP = 1;
    private static final String MACVLAN = "macvlan";

    private LinkCodec() {}

    static NetlinkRequest list() {
        return fixed(
                new NetlinkRequest("RTM_GETLINK", RTM_GETLINK, NetlinkRequest.F_DUMP, () -> "all"),
                0);
    }

    static NetlinkRequest byName(String name) {
        NetlinkRequest request = new NetlinkRequest("RTM_GETLINK", RTM_GETLINK, 0, () -> name);
        return fixed(request, 0).attribute(IFLA_IFNAME, name);
    }

    static NetlinkRequest byIndex(int index) {
        return fixed(
                new NetlinkRequest("RTM_GETLINK", RTM_GETLINK, 0, () -> "interface " + index),
                index);
    }

    /** A macvlan in private mode: its frames go to the wire and to no other macvlan. */
    static NetlinkRequest addMacvlan(String name, int parentIndex, long mac) {
        int flags = NetlinkRequest.F_CREATE | NetlinkRequest.F_EXCL;
        NetlinkRequest request =
                fixed(new NetlinkRequest("RTM_NEWLINK", RTM_NEWLINK, flags, () -> name), 0)
                        .attribute(IFLA_IFNAME, name)
                        .attribute(IFLA_LINK, parentIndex)
                        .attribute(IFLA_ADDRESS, bytes(mac));
        int info = request.begin(IFLA_LINKINFO);
        request.attribute(IFLA_INFO_KIND, MACVLAN);
        int data = request.begin(IFLA_INFO_DATA);
        return request.attribute(IFLA_MACVLAN_MODE, MACVLAN_MODE_PRIVATE).end(data).end(info);
    }

    private static byte[] bytes(long mac) {
        byte[] bytes = new byte[6];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (mac >>> 8 * (5 - i));
        }
        return bytes;
    }

    static NetlinkRequest delete(int index, String name) {
        return fixed(new NetlinkRequest("RTM_DELLINK", RTM_DELLINK, 0, () -> name), index);
    }

    static NetlinkRequest setAlias(int index, String name, String alias) {
        NetlinkRequest request = new NetlinkRequest("RTM_NEWLINK", RTM_NEWLINK, 0, () -> name);
        return fixed(request, index)
                .attribute(IFLA_IFALIAS, alias.getBytes(StandardCharsets.UTF_8));
    }

    static NetlinkRequest setUp(int index, String name, boolean up) {
        NetlinkRequest request = new NetlinkRequest("RTM_NEWLINK", RTM_NEWLINK, 0, () -> name);
        return request.u8(0).u8(0).u16(0).i32(index).i32(up ? IFF_UP : 0).i32(IFF_UP);
    }

    /** Sets one of the settings of /proc/sys/net/ipv4/conf, by the kernel's number for it. */
    static NetlinkRequest setIpv4(int index, String name, int setting, int value) {
        NetlinkRequest request =
                fixed(new NetlinkRequest("RTM_NEWLINK", RTM_NEWLINK, 0, () -> name), index);
        int families = request.begin(IFLA_AF_SPEC);
        int family = request.begin(AF_INET);
        int settings = request.begin(IFLA_INET_CONF);
        return request.attribute(setting, value).end(settings).end(family).end(families);
    }

    /** No link-local address of its own accord. */
    static NetlinkRequest withoutGeneratedAddress(int index, String name) {
        NetlinkRequest request =
                fixed(new NetlinkRequest("RTM_NEWLINK", RTM_NEWLINK, 0, () -> name), index);
        int families = request.begin(IFLA_AF_SPEC);
        int family = request.begin(AF_INET6);
        return request.attribute(IFLA_INET6_ADDR_GEN_MODE, new byte[] {ADDR_GEN_MODE_NONE})
                .end(family)
                .end(families);
    }

    /** One of the settings of /proc/sys/net/ipv4/conf; 0 where IPv4 is off. */
    static int decodeIpv4(NetlinkMessage message, int setting) {
        NetlinkAttributes settings =
                message.attributes(FIXED_LENGTH).nested(IFLA_AF_SPEC).nested(AF_INET);
        // An array from setting 1 on.
        return settings.i32(IFLA_INET_CONF, setting - 1, 0);
    }

    /** Null for what is no macvlan. */
    static @Nullable Macvlan decodeMacvlan(NetlinkMessage message) {
        Link link = decode(message);
        NetlinkAttributes attributes = message.attributes(FIXED_LENGTH);
        return link.kind().equals(MACVLAN)
                ? new Macvlan(link, attributes.i32(IFLA_LINK, 0), attributes.text(IFLA_IFALIAS, ""))
                : null;
    }

    private static NetlinkRequest fixed(NetlinkRequest request, int index) {
        return request.u8(0).u8(0).u16(0).i32(index).i32(0).i32(0);
    }

    static Link decode(NetlinkMessage message) {
        NetlinkAttributes attributes = message.attributes(FIXED_LENGTH);
        return new Link(
                message.payload().getInt(INDEX_OFFSET),
                attributes.text(IFLA_IFNAME, ""),
                attributes.mac(IFLA_ADDRESS),
                attributes.i32(IFLA_MTU, 0),
                message.payload().getInt(FLAGS_OFFSET),
                attributes.nested(IFLA_LINKINFO).text(IFLA_INFO_KIND, ""));
    }
}
