package lb.director.daemon;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import lb.core.service.Gate;
import lb.core.wire.IpAddress;

/**
 * The gates of all VIPs that some vrrp_instance names, by VIP. Any thread: the one that applies the
 * configuration says which there are, the speaker's opens and closes them.
 */
final class Gates {
    private final Map<IpAddress, Gate> gates = new ConcurrentHashMap<>();

    /** Has a gate for exactly these; a new one is closed. */
    void keep(Set<IpAddress> vips) {
        gates.keySet().retainAll(vips);
        vips.forEach(vip -> gates.computeIfAbsent(vip, _ -> Gate.closed()));
    }

    /** The gate of a VIP; always open for one that no instance names. */
    Gate of(IpAddress vip) {
        return gates.getOrDefault(vip, Gate.ALWAYS_OPEN);
    }

    void set(IpAddress vip, boolean open) {
        Gate gate = gates.get(vip);
        if (gate == null) {
            return;
        }
        if (open) {
            gate.open();
        } else {
            gate.close();
        }
    }
}
