package lb.core.director;

import java.util.stream.LongStream;
import lb.core.channel.FrameSink;
import lb.core.director.DecisionListener.Origin;
import lb.core.service.RealServer;
import lb.core.service.ServiceTable;
import lb.core.service.VirtualService;
import lb.core.wire.Ethernet;
import lb.core.wire.Packet;
import org.jspecify.annotations.Nullable;

/**
 * What the paths of one director share: the frame at hand, and the services and settings in force.
 * Owned by its worker.
 */
final class FrameContext {
    private static final FrameSink NO_WAY_BACK =
            new FrameSink() {
                @Override
                public boolean transmit(long frame, int length) {
                    return false;
                }

                @Override
                public void flush() {}
            };

    final int worker;
    ServiceTable services;
    DirectorSettings settings;

    // What belongs to the frame at hand.
    FrameSink back = NO_WAY_BACK;
    int interfaceIndex;
    long frame;
    int length;

    long nowNanos;

    /** Whether somebody will ask how it was decided. */
    private boolean asked;

    private long[] ownMacs = {};

    // How it was decided.
    Origin origin = Origin.NONE;

    /** Whether somebody asks of every frame how it was decided. */
    boolean explained;

    @Nullable VirtualService service;
    @Nullable RealServer server;

    FrameContext(int worker, ServiceTable services, DirectorSettings settings) {
        this.worker = worker;
        this.services = services;
        this.settings = settings;
    }

    /** Takes a MAC address of this host for one that no client has. */
    void addOwnMac(long mac) {
        ownMacs = LongStream.concat(LongStream.of(ownMacs), LongStream.of(mac)).toArray();
    }

    /** Whether the frame comes from this host: it was forwarded, and has come back. */
    boolean isFromHere() {
        return isOwn(Ethernet.source(frame));
    }

    /** Whether a MAC address is one of this host. */
    boolean isOwn(long source) {
        for (long own : ownMacs) {
            if (own == source) {
                return true;
            }
        }
        return false;
    }

    @Nullable VirtualService findService(Packet packet) {
        return services.find(
                packet.sourceHigh(),
                packet.sourceLow(),
                packet.destinationHigh(),
                packet.destinationLow(),
                packet.protocol(),
                packet.destinationPort());
    }

    /** Notes whether anybody will ask how the frame at hand was decided. */
    void begin(boolean fragment) {
        asked = explained || fragment;
    }

    // Storing a reference costs more than deciding by it, so it is done where somebody will ask:
    // whoever explains the frame, or the other fragments of its datagram.

    void note(VirtualService decidedBy) {
        if (asked) {
            service = decidedBy;
        }
    }

    void note(RealServer chosen) {
        if (asked) {
            server = chosen;
        }
    }

    void note(Origin decidedBy) {
        if (asked) {
            origin = decidedBy;
        }
    }

    void forgetDecision() {
        origin = Origin.NONE;
        service = null;
        server = null;
    }
}
