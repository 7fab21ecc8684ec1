package lb.core.linux;

import java.net.InetAddress;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Address messages (linux/if_addr.h, struct ifaddrmsg). Stateless; any thread. */
final class AddressCodec {
    static final int RTM_NEWADDR = 20;
    static final int RTM_DELADDR = 21;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;

    private static final int RTM_GETADDR = 22;
    private static final int FIXED_LENGTH = 8;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_LABEL = 3;
    private static final int IFA_BROADCAST = 4;
    private static final int IFA_CACHEINFO = 6;
    private static final int IFA_FLAGS = 8;
    private static final int IFA_RT_PRIORITY = 9;

    private AddressCodec() {}

    static int family(InetAddress address) {
        return address.getAddress().length == 4 ? AF_INET : AF_INET6;
    }

    static NetlinkRequest list() {
        NetlinkRequest request =
                new NetlinkRequest("RTM_GETADDR", RTM_GETADDR, NetlinkRequest.F_DUMP, () -> "all");
        return request.u8(0).u8(0).u8(0).u8(0).i32(0);
    }

    /**
     * A request to add or refresh.
     *
     * @param flags F_CREATE with F_EXCL or F_REPLACE
     */
    static NetlinkRequest add(LinkAddress address, int flags, IntFunction<String> linkName) {
        NetlinkRequest request = request("RTM_NEWADDR", RTM_NEWADDR, flags, address, linkName);
        if (!address.label().isEmpty()) {
            request.attribute(IFA_LABEL, address.label());
        }
        InetAddress broadcast = address.broadcast();
        if (broadcast != null) {
            request.attribute(IFA_BROADCAST, broadcast);
        }
        request.attribute(IFA_FLAGS, address.flags());
        return request.attribute(
                IFA_CACHEINFO,
                (int) address.preferredSeconds(),
                (int) address.validSeconds(),
                0,
                0);
    }

    /** As {@link #add}, with a metric for the route to the prefix. */
    static NetlinkRequest add(
            LinkAddress address, int flags, int metric, IntFunction<String> linkName) {
        return add(address, flags, linkName).attribute(IFA_RT_PRIORITY, metric);
    }

    static NetlinkRequest delete(LinkAddress address, IntFunction<String> linkName) {
        return request("RTM_DELADDR", RTM_DELADDR, 0, address, linkName);
    }

    private static NetlinkRequest request(
            String name, int type, int flags, LinkAddress address, IntFunction<String> linkName) {
        NetlinkRequest request =
                new NetlinkRequest(
                        name,
                        type,
                        flags,
                        () -> address.prefix() + " on " + linkName.apply(address.linkIndex()));
        request.u8(family(address.address())).u8(address.prefixLength()).u8(address.flags());
        request.u8(address.scope()).i32(address.linkIndex());
        // A pair of equal addresses is what makes it no point-to-point address.
        return request.attribute(IFA_LOCAL, address.address())
                .attribute(IFA_ADDRESS, address.address());
    }

    /** Null for an address of another family than IPv4 and IPv6. */
    static @Nullable LinkAddress decode(NetlinkMessage message) {
        NetlinkAttributes attributes = message.attributes(FIXED_LENGTH);
        int family = message.payload().get(0) & 0xff;
        // IFA_ADDRESS is the peer's on a point-to-point link; IFA_LOCAL, where there is one, is
        // ours.
        InetAddress address =
                attributes.address(attributes.has(IFA_LOCAL) ? IFA_LOCAL : IFA_ADDRESS);
        if (address == null || (family != AF_INET && family != AF_INET6)) {
            return null;
        }
        long valid = Integer.toUnsignedLong(attributes.i32(IFA_CACHEINFO, 1, -1));
        long preferred = Integer.toUnsignedLong(attributes.i32(IFA_CACHEINFO, 0, -1));
        return new LinkAddress(
                message.payload().getInt(4),
                address,
                prefixLength(message, address),
                valid,
                Math.min(preferred, valid),
                message.payload().get(3) & 0xff,
                attributes.i32(IFA_FLAGS, message.payload().get(2) & 0xff),
                attributes.text(IFA_LABEL, ""),
                attributes.address(IFA_BROADCAST));
    }

    private static int prefixLength(NetlinkMessage message, InetAddress address) {
        int length = message.payload().get(1) & 0xff;
        if (length > address.getAddress().length * Byte.SIZE) {
            throw new NetlinkFormatException("a prefix length of " + length);
        }
        return length;
    }
}
