package lb.vrrp.speaker;

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
 */
public record VrrpInstance(
        String name,
        String interfaceName,
        AdvertFormat format,
        VirtualRouterSettings router,
        @Nullable IpAddress source,
        long sourceMac) {
    private static final int OWNER = 255;

    /** Whether adverts leave with another MAC address than the interface's own. */
    boolean usesVirtualMac() {
        return sourceMac != Link.NO_MAC && !format.isUnicast();
    }

    /**
     * The same with another priority; unless either is 255: the address owner also differs in what
     * it accepts.
     */
    VrrpInstance withPriority(int priority) {
        boolean owner = priority == OWNER || router.priority() == OWNER;
        return owner
                ? this
                : new VrrpInstance(
                        name,
                        interfaceName,
                        format,
                        router.withPriority(priority),
                        source,
                        sourceMac);
    }
}
