package lb.core.linux;

import java.net.InetAddress;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Neighbour messages (linux/neighbour.h, struct ndmsg). Stateless; any thread. */
final class NeighbourCodec {
    static final int RTM_NEWNEIGH = 28;
    static final int RTM_DELNEIGH = 29;

    private static final int RTM_GETNEIGH = 30;
    private static final int FIXED_LENGTH = 12;
    private static final int INDEX_OFFSET = 4;
    private static final int STATE_OFFSET = 8;
    private static final int NDA_DST = 1;
    private static final int NDA_LLADDR = 2;
    private static final int NDA_PROTOCOL = 12;
    private static final int NDA_FLAGS_EXT = 15;
    private static final int NTF_USE = 1;
    private static final int NTF_EXT_MANAGED = 1;

    /**
     * Who made an entry, as {@code ip neighbour} shows it: a routing protocol's number (RTPROT_…,
     * linux/rtnetlink.h) that nobody has. Tells our entries from an operator's after a crash.
     */
    private static final byte PROTOCOL = 76;

    private NeighbourCodec() {}

    static NetlinkRequest list() {
        NetlinkRequest request =
                new NetlinkRequest(
                        "RTM_GETNEIGH", RTM_GETNEIGH, NetlinkRequest.F_DUMP, () -> "all");
        return request.u8(0).u8(0).u16(0).i32(0).u16(0).u8(0).u8(0);
    }

    static NetlinkRequest manage(int linkIndex, InetAddress address, IntFunction<String> linkName) {
        return add(linkIndex, address, 0, linkName)
                .attribute(NDA_PROTOCOL, new byte[] {PROTOCOL})
                .attribute(NDA_FLAGS_EXT, NTF_EXT_MANAGED);
    }

    static NetlinkRequest use(int linkIndex, InetAddress address, IntFunction<String> linkName) {
        return add(linkIndex, address, NTF_USE, linkName);
    }

    static NetlinkRequest delete(int linkIndex, InetAddress address, IntFunction<String> linkName) {
        return request("RTM_DELNEIGH", RTM_DELNEIGH, 0, linkIndex, address, 0, linkName);
    }

    private static NetlinkRequest add(
            int linkIndex, InetAddress address, int entryFlags, IntFunction<String> linkName) {
        int flags = NetlinkRequest.F_CREATE | NetlinkRequest.F_REPLACE;
        return request(
                "RTM_NEWNEIGH", RTM_NEWNEIGH, flags, linkIndex, address, entryFlags, linkName);
    }

    private static NetlinkRequest request(
            String name,
            int type,
            int flags,
            int linkIndex,
            InetAddress address,
            int entryFlags,
            IntFunction<String> linkName) {
        NetlinkRequest request =
                new NetlinkRequest(
                        name,
                        type,
                        flags,
                        () -> address.getHostAddress() + " on " + linkName.apply(linkIndex));
        request.u8(AddressCodec.family(address)).u8(0).u16(0).i32(linkIndex);
        return request.u16(0).u8(entryFlags).u8(0).attribute(NDA_DST, address);
    }

    /** Null for an entry of another family, such as a bridge's. */
    static @Nullable Neighbour decode(NetlinkMessage message) {
        NetlinkAttributes attributes = message.attributes(FIXED_LENGTH);
        int family = message.payload().get(0) & 0xff;
        if (family != AddressCodec.AF_INET && family != AddressCodec.AF_INET6) {
            return null;
        }
        InetAddress address = attributes.address(NDA_DST);
        if (address == null) {
            return null;
        }
        return new Neighbour(
                message.payload().getInt(INDEX_OFFSET),
                address,
                attributes.mac(NDA_LLADDR),
                NeighbourState.of(message.payload().getShort(STATE_OFFSET) & 0xffff),
                (attributes.i32(NDA_FLAGS_EXT, 0) & NTF_EXT_MANAGED) != 0,
                attributes.u8(NDA_PROTOCOL, 0) == PROTOCOL);
    }
}
