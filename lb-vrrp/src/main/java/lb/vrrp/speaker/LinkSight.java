package lb.vrrp.speaker;

import java.net.Inet4Address;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import lb.core.linux.Link;
import lb.core.linux.LinkAddress;
import lb.core.wire.IpAddress;
import lb.vrrp.wire.IpFamily;

/**
 * What matters to virtual routers of an interface, as it stood when it was looked at. Immutable;
 * any thread.
 *
 * @param index the kernel's number for it
 * @param up whether frames can pass
 * @param mac its Ethernet address, 48 bits; {@link Link#NO_MAC} if it has none to speak from
 * @param addresses its own usable addresses, VIPs left out, in the kernel's order
 */
record LinkSight(int index, boolean up, long mac, List<IpAddress> addresses) {
    private static final int IFA_F_DADFAILED = 0x08;
    private static final int IFA_F_TENTATIVE = 0x40;

    static LinkSight of(
            Link link, Set<Long> hostMacs, List<LinkAddress> addresses, Set<IpAddress> vips) {
        List<IpAddress> own =
                addresses.stream()
                        .filter(address -> address.linkIndex() == link.index())
                        .filter(LinkSight::isUsable)
                        .map(address -> IpAddress.of(address.address()))
                        .filter(address -> !vips.contains(address))
                        .toList();
        long mac = hostMacs.contains(link.mac()) ? link.mac() : Link.NO_MAC;
        return new LinkSight(link.index(), link.isLowerUp(), mac, own);
    }

    /** Loopback's is 0, and tunnels have none. */
    static Set<Long> macs(List<Link> links) {
        return links.stream()
                .map(Link::mac)
                .filter(mac -> mac != Link.NO_MAC && mac != 0)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Until duplicate detection is over, nothing may be sent from an address (RFC 4862 5.4). */
    private static boolean isUsable(LinkAddress address) {
        return address.address() instanceof Inet4Address
                || (address.flags() & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) == 0;
    }

    /** Its addresses of a family. */
    List<IpAddress> addresses(IpFamily family) {
        return addresses.stream().filter(address -> IpFamily.of(address) == family).toList();
    }

    /** Where adverts come from unless configured: RFC 9568 section 5.1.1.1 and 5.1.2.1. */
    List<IpAddress> sources(IpFamily family) {
        return addresses(family).stream()
                .filter(address -> family == IpFamily.IPV4 || isLinkLocal(address))
                .limit(1)
                .toList();
    }

    private static boolean isLinkLocal(IpAddress address) {
        return address.high() >>> 54 == 0xfe80 >>> 6;
    }
}
