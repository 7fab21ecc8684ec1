package lb.director.daemon;

import java.net.InetAddress;
import lb.core.linux.LinkAddress;
import lb.director.config.VipAddress;

/** A VIP as a leased address of the kernel. Stateless; any thread. */
final class VipLease {
    private VipLease() {}

    static LinkAddress of(VipAddress vip, int linkIndex, long leaseSeconds) {
        boolean ipv4 = vip.address().getAddress().length == 4;
        // A deprecated IPv6 address is never chosen as a source (RFC 6724 section 5, rule 3).
        LinkAddress address =
                LinkAddress.of(linkIndex, vip.address(), vip.prefixLength())
                        .leased(leaseSeconds, ipv4 ? leaseSeconds : 0)
                        .withScope(vip.scope());
        if (!vip.label().isEmpty()) {
            address = address.withLabel(vip.label());
        }
        InetAddress broadcast = vip.broadcast();
        return broadcast == null ? address : address.withBroadcast(broadcast);
    }
}
