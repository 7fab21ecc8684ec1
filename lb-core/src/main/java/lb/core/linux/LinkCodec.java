package lb.core.linux;

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
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_INFO_KIND = 1;

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
