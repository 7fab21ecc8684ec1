package lb.director.daemon;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import lb.core.linux.KernelException;
import lb.core.linux.Link;
import lb.core.linux.LinkAddress;
import lb.core.linux.Rtnetlink;
import lb.core.wire.IpAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The VIPs that this director holds, as addresses that the kernel removes by itself unless they are
 * refreshed: a director that dies or stalls does not go on owning them. Owned by one thread.
 *
 * <p>An address that stands there for ever was put there by somebody else: it is used, and left
 * alone.
 */
final class VipLeases implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VipLeases.class);

    private final Rtnetlink rtnetlink;
    private final Link link;
    private final long leaseSeconds;
    private final Set<IpAddress> leased = new HashSet<>();

    VipLeases(Rtnetlink rtnetlink, Link link, long leaseSeconds) {
        this.rtnetlink = rtnetlink;
        this.link = link;
        this.leaseSeconds = leaseSeconds;
    }

    /**
     * Holds exactly these VIPs from now on.
     *
     * @return those that were not held before, to be announced
     */
    Set<IpAddress> hold(Set<IpAddress> vips) {
        for (IpAddress gone : Set.copyOf(leased)) {
            if (!vips.contains(gone)) {
                drop(gone);
            }
        }
        Set<IpAddress> taken = new HashSet<>();
        for (IpAddress vip : vips) {
            if (leased.contains(vip)) {
                continue;
            }
            if (isPermanent(vip)) {
                LOG.info("VIP {} is an address of {} already and stays as it is", vip, link.name());
            } else {
                rtnetlink.replaceAddress(lease(vip));
                leased.add(vip);
                LOG.info("VIP {} added to {} for {} s at a time", vip, link.name(), leaseSeconds);
            }
            taken.add(vip);
        }
        return taken;
    }

    private boolean isPermanent(IpAddress vip) {
        InetAddress address = vip.toInetAddress();
        Optional<LinkAddress> found =
                rtnetlink.addresses().stream()
                        .filter(one ->
                                one.address().equals(address) && one.linkIndex() == link.index())
                        .findFirst();
        return found.isPresent() && !found.get().isLeased();
    }

    private LinkAddress lease(IpAddress vip) {
        InetAddress address = vip.toInetAddress();
        boolean ipv4 = address instanceof Inet4Address;
        // A deprecated IPv6 address is never chosen as a source (RFC 6724 section 5, rule 3).
        return LinkAddress.of(link.index(), address, ipv4 ? 32 : 128)
                .leased(leaseSeconds, ipv4 ? leaseSeconds : 0);
    }

    /** Prolongs all leases; what was lost meanwhile is taken again. */
    void refresh() {
        for (IpAddress vip : leased) {
            try {
                rtnetlink.replaceAddress(lease(vip));
            } catch (KernelException e) {
                LOG.warn("VIP {} could not be refreshed: {}", vip, e.getMessage());
            }
        }
    }

    private void drop(IpAddress vip) {
        leased.remove(vip);
        try {
            rtnetlink.deleteAddress(lease(vip));
            LOG.info("VIP {} removed from {}", vip, link.name());
        } catch (KernelException e) {
            LOG.warn("VIP {} could not be removed: {}", vip, e.getMessage());
        }
    }

    /** The VIPs as text. */
    Set<String> held() {
        return leased.stream().map(IpAddress::toString).collect(Collectors.toUnmodifiableSet());
    }

    /** Removes all VIPs. */
    @Override
    public void close() {
        Set.copyOf(leased).forEach(this::drop);
    }
}
