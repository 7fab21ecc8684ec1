package lb.vrrp.speaker;

import java.util.ArrayList;
import java.util.List;
import lb.core.linux.Link;
import lb.core.wire.IpAddress;
import lb.vrrp.automaton.VirtualRouterSettings;
import lb.vrrp.wire.AdvertFormat;
import org.jspecify.annotations.Nullable;

/**
 * One virtual router as it is configured. Immutable; any thread.
 *
 * @param name unique, for logs and reports
 * @param interfaceName where adverts are sent and heard
 * @param format what adverts look like
 * @param router how it takes part in elections
 * @param source where adverts come from; null for the interface's first address that is no VIP
 *     (IPv6: link-local)
 * @param sourceMac the Ethernet source of adverts to the group: the virtual router's MAC address,
 *     48 bits; or {@link Link#NO_MAC} for the interface's own
 * @param probedVip asked for on the interface before each periodic advert, so that a rival is
 *     noticed that will step down in silence; null to ask for none
 */
public record VrrpInstance(
        String name,
        String interfaceName,
        AdvertFormat format,
        VirtualRouterSettings router,
        @Nullable IpAddress source,
        long sourceMac,
        @Nullable IpAddress probedVip) {
    private static final int OWNER = 255;

    /** Whether adverts leave with another MAC address than the interface's own. */
    boolean usesVirtualMac() {
        return sourceMac != Link.NO_MAC && !format.isUnicast();
    }

    /** Whether a running one can go on as {@code other} without a new election. */
    boolean canBecome(VrrpInstance other) {
        return name.equals(other.name) && newStartFor(other).isEmpty();
    }

    /**
     * The keywords whose change is too much for a running virtual router; for the address owner
     * other rules hold on both sides.
     */
    List<String> newStartFor(VrrpInstance other) {
        List<String> changed = new ArrayList<>();
        if (!interfaceName.equals(other.interfaceName)) {
            changed.add("interface");
        }
        if (format.vrid() != other.format.vrid()) {
            changed.add("virtual_router_id");
        }
        if (format.version() != other.format.version()) {
            changed.add("version");
        }
        if (format.family() != other.format.family()) {
            changed.add("the address family");
        }
        if ((router.priority() == OWNER) != (other.router.priority() == OWNER)) {
            changed.add("priority 255");
        }
        if (sourceMac != other.sourceMac || format.isUnicast() != other.format.isUnicast()) {
            changed.add("use_vmac or unicast_peer");
        }
        return changed;
    }
}
