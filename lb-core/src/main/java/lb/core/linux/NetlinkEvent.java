package lb.core.linux;

import java.net.InetAddress;

/** News from the kernel about the network's configuration. Immutable; any thread. */
public sealed interface NetlinkEvent {
    /** An interface is new or has changed, or is gone when {@code isGone}. */
    record LinkChanged(Link link, boolean isGone) implements NetlinkEvent {}

    /**
     * A neighbour entry is new or has changed.
     *
     * @param mac 48 bits, or {@link Link#NO_MAC} when unresolved or gone
     * @param state {@link NeighbourState#NONE} when the entry is gone
     */
    record NeighbourChanged(int linkIndex, InetAddress address, long mac, NeighbourState state)
            implements NetlinkEvent {}

    /** An address was added or its lifetimes have changed, or it is gone when {@code isGone}. */
    record AddressChanged(LinkAddress address, boolean isGone) implements NetlinkEvent {}

    /** News was lost: read everything again with {@link Rtnetlink}. */
    record Overrun() implements NetlinkEvent {}
}
