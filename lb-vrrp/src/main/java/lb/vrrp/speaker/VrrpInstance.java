package lb.vrrp.speaker;

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
 */
public record VrrpInstance(
        String name,
        String interfaceName,
        AdvertFormat format,
        VirtualRouterSettings router,
        @Nullable IpAddress source) {
    private static final int OWNER = 255;

    /**
     * The same with another priority; unless either is 255: the address owner also differs in what
     * it accepts.
     */
    VrrpInstance withPriority(int priority) {
        boolean owner = priority == OWNER || router.priority() == OWNER;
        return owner
                ? this
                : new VrrpInstance(
                        name, interfaceName, format, router.withPriority(priority), source);
    }
}
