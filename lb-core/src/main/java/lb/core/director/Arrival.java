package lb.core.director;

import lb.core.connection.FlowProbe;
import lb.core.wire.Ethernet;
import lb.core.wire.Packet;
import lb.core.wire.Packet.Shape;
import org.jspecify.annotations.Nullable;

/** A frame as it was read. Reusable; owned by one worker. */
final class Arrival {
    private static final Shape[] SHAPES = Shape.values();

    /** What it says, if it is ours. */
    final Packet packet = new Packet();

    /** Its flow, if it has ports. */
    final FlowProbe flow = new FlowProbe();

    private boolean ours;
    private boolean ported;

    /** A number, since storing a reference has the collector's barriers. */
    private int shape;

    /** Why it could not be read; looked at where it is not ours. */
    private @Nullable RuntimeException fault;

    /**
     * Reads a frame. A fault is kept for when the frame's turn comes.
     *
     * @return the hash of its flow, or 0 when it has none
     */
    int read(long frame, int length, Ingress ingress) {
        try {
            return parse(frame, length, ingress);
        } catch (RuntimeException e) {
            ours = false;
            ported = false;
            fault = e;
            return 0;
        }
    }

    private int parse(long frame, int length, Ingress ingress) {
        ours = length >= Ethernet.HEADER_LENGTH && ingress.takes(Ethernet.destination(frame));
        ported = false;
        if (!ours) {
            return 0;
        }
        Shape found = packet.parse(frame, length);
        shape = found.ordinal();
        if (found != Shape.TRANSPORT) {
            return 0;
        }
        ported = true;
        flow.aimAt(packet);
        return flow.hashCode();
    }

    /** What made reading it fail, or null; once. Only one that is not ours has any. */
    @Nullable RuntimeException fault() {
        RuntimeException found = fault;
        fault = null;
        return found;
    }

    /** Whether it is for the director: whole enough to tell, and sent to its MAC address. */
    boolean isOurs() {
        return ours;
    }

    /** Whether it is ours and has ports: that is most of them. */
    boolean hasPorts() {
        return ported;
    }

    /** What it is, if it is ours. */
    Shape shape() {
        return SHAPES[shape];
    }
}
