package lb.core.linux;

import java.net.InetAddress;

/**
 * An entry of the kernel's ARP or ND table. Immutable; any thread.
 *
 * @param linkIndex the interface it is reached through
 * @param mac 48 bits, or {@link Link#NO_MAC} while unresolved
 * @param isManaged whether the kernel keeps it fresh by itself (NTF_EXT_MANAGED)
 * @param isOurs whether an lb, perhaps one that has died, had the kernel make it so
 */
public record Neighbour(
        int linkIndex,
        InetAddress address,
        long mac,
        NeighbourState state,
        boolean isManaged,
        boolean isOurs) {
    /** Whether a frame can be sent to it now. */
    public boolean isResolved() {
        return mac != Link.NO_MAC && state.isUsable();
    }
}
