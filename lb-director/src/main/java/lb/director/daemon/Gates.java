package lb.director.daemon;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import lb.core.service.Gate;
import lb.core.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * The gates of all VIPs that some vrrp_instance names, by VIP. Any thread: the one that applies the
 * configuration says which there are, the speaker's opens and closes them.
 */
final class Gates {
    private volatile Map<IpAddress, Gate> gates = Map.of();

    private volatile Runnable onClosed = () -> {};

    /** Those before {@link #keep}: they stand in the running table until the next one does. */
    private volatile Map<IpAddress, Gate> former = Map.of();

    /**
     * Has a gate for exactly these; a new one is closed. To be followed by {@link #settle} or
     * {@link #takeBack}; until then those before are opened and closed too.
     *
     * @return the VIPs whose gate is new
     */
    Set<IpAddress> keep(Set<IpAddress> vips) {
        Map<IpAddress, Gate> before = gates;
        Map<IpAddress, Gate> wanted = new HashMap<>();
        Set<IpAddress> fresh = new HashSet<>();
        for (IpAddress vip : vips) {
            Gate gate = before.get(vip);
            if (gate == null) {
                gate = Gate.closed();
                fresh.add(vip);
            }
            wanted.put(vip, gate);
        }
        former = before;
        gates = Map.copyOf(wanted);
        return fresh;
    }

    /** Forgets the gates before the last {@link #keep}. */
    void settle() {
        former = Map.of();
    }

    /**
     * Has the gates before the last {@link #keep} again.
     *
     * @return the VIPs whose gate the last ones lacked
     */
    Set<IpAddress> takeBack() {
        Set<IpAddress> back = new HashSet<>(former.keySet());
        back.removeAll(gates.keySet());
        gates = former;
        settle();
        return back;
    }

    /** The gate of a VIP; always open for one that no instance names. */
    Gate of(IpAddress vip) {
        return gates.getOrDefault(vip, Gate.ALWAYS_OPEN);
    }

    void set(IpAddress vip, boolean open) {
        set(gates.get(vip), open);
        set(former.get(vip), open);
        if (!open) {
            onClosed.run();
        }
    }

    /** Has {@code closed} hear of each gate that was closed, before {@link #set} returns. */
    void tell(Runnable closed) {
        onClosed = closed;
    }

    private static void set(@Nullable Gate gate, boolean open) {
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
