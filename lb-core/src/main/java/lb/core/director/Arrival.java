package lb.core.director;

import lb.core.connection.FlowKey;
import lb.core.connection.FlowProbe;
import lb.core.wire.Ethernet;
import lb.core.wire.Packet;
import lb.core.wire.Packet.Shape;
import org.jspecify.annotations.Nullable;

/** A frame as it was read. Reusable; owned by one worker. */
final class Arrival {
    private static final Shape[] SHAPES = Shape.values();
    private static final int PORTED = Shape.TRANSPORT.ordinal();
    private static final int NOT_OURS = -1;

    /** What it says, if it is ours. */
    final Packet packet = new Packet();

    private final FlowProbe flow = new FlowProbe();
    private int hash;

    /**
     * The ordinal of its shape, or {@link #NOT_OURS}. A number, since storing a reference has the
     * collector's barriers.
     */
    private int kind = NOT_OURS;

    /** Why it could not be read; looked at where it is not ours. */
    private @Nullable RuntimeException fault;

    /**
     * Reads a frame. A fault is kept for when the frame's turn comes.
     *
     * @return the hash of its flow, or 0 when it has none
     */
    int read(long frame, int length, Ingress ingress) {
        try {
            kind =
                    isOurs(frame, length, ingress)
                            ? packet.parse(frame, length).ordinal()
                            : NOT_OURS;
        } catch (RuntimeException e) {
            kind = NOT_OURS;
            fault = e;
        }
        if (!hasPorts()) {
            return 0;
        }
        hash = FlowKey.hashOf(packet);
        return hash;
    }

    private static boolean isOurs(long frame, int length, Ingress ingress) {
        return length >= Ethernet.HEADER_LENGTH && ingress.takes(Ethernet.destination(frame));
    }

    /** What made reading it fail, or null; once. Only one that is not ours has any. */
    @Nullable RuntimeException fault() {
        RuntimeException found = fault;
        fault = null;
        return found;
    }

    /** Whether it is for the director: whole enough to tell, and sent to its MAC address. */
    boolean isOurs() {
        return kind != NOT_OURS;
    }

    /** Whether it is ours and has ports: that is most of them. */
    boolean hasPorts() {
        return kind == PORTED;
    }

    /** Whether it has ports and is whole. */
    boolean isPlain() {
        return hasPorts() && !packet.isFragment();
    }

    /** Its flow, if it has ports; the same object each time. */
    FlowProbe flow() {
        flow.aimAt(packet, hash);
        return flow;
    }

    /** What it is, if it is ours. */
    Shape shape() {
        return SHAPES[kind];
    }
}
