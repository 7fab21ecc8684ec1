package lb.core.fragment;

import lb.core.connection.FlowProbe;
import lb.core.service.RealServer;
import lb.core.service.VirtualService;
import lb.core.wire.Packet;
import org.jspecify.annotations.Nullable;

/**
 * One datagram that comes in fragments: where its first fragment went, or which later ones wait for
 * that. One of the reusable entries of a {@link DatagramTable}; owned by its worker.
 */
public final class Datagram {
    final FlowProbe key = new FlowProbe();
    final Coverage coverage = new Coverage();
    int nextInBucket;
    long endNanos;
    boolean live;

    private @Nullable VirtualService service;
    private @Nullable RealServer server;
    private int ports;

    // While its fragments wait.
    int firstHeld;
    int heldFrames;
    int heldBytes;

    void reset(FlowProbe of, long until) {
        key.aimAt(of);
        coverage.clear();
        endNanos = until;
        live = true;
        service = null;
        server = null;
        ports = 0;
        firstHeld = WaitingFragments.NONE;
        heldFrames = 0;
        heldBytes = 0;
    }

    /** Takes down where the first fragment went. */
    public void decide(VirtualService of, RealServer to, Packet first) {
        service = of;
        server = to;
        ports = first.ports();
    }

    /** From now on no fragment of it is forwarded. */
    public void refuse() {
        service = null;
        server = null;
    }

    /** The service it is for; null when no fragment of it is to be forwarded. */
    public @Nullable VirtualService service() {
        return service;
    }

    /** Where it goes; null when no fragment of it is to be forwarded. */
    public @Nullable RealServer server() {
        return server;
    }

    /** Whether {@code first} may be its first fragment once more, not one of a later datagram. */
    public boolean isOf(Packet first) {
        return server != null && ports == first.ports();
    }

    /** Takes a fragment up; false when it overlaps others, which only a forger's does. */
    public boolean add(Packet fragment) {
        int start = fragment.fragmentOffset();
        return coverage.add(start, start + fragment.fragmentLength(), !fragment.hasMoreFragments())
                != Coverage.Addition.OVERLAP;
    }

    /** Whether all of it was seen. */
    public boolean isComplete() {
        return coverage.isComplete();
    }
}
