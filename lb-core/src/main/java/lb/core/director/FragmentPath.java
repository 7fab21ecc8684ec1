package lb.core.director;

import lb.core.connection.FlowProbe;
import lb.core.fragment.Datagram;
import lb.core.fragment.DatagramTable;
import lb.core.fragment.HeldCounters;
import lb.core.fragment.HeldFate;
import lb.core.fragment.WaitingFragments;
import lb.core.service.RealServer;
import lb.core.service.VirtualService;
import lb.core.wire.Packet;
import lb.core.wire.Packet.Shape;
import org.jspecify.annotations.Nullable;

/**
 * The way of a fragment: the first one of a datagram goes by its ports, the later ones after it,
 * and those that come too early wait (docs/decisions/0009). Owned by one worker.
 *
 * <p>All fragments of a datagram come to the same worker: the program that spreads frames over
 * adaptive rings hashes their addresses alone, the kernel's fanout hash, which other rings go by,
 * their addresses and protocol, and both do so for the first fragment too.
 */
final class FragmentPath {
    /** Datagrams whose way is remembered. */
    private static final int MAX_DATAGRAMS = 8192;

    private final FrameContext context;
    private final Delivery delivery;
    private final FlowProbe key = new FlowProbe();
    private final DatagramTable decided = new DatagramTable(MAX_DATAGRAMS);
    private final WaitingFragments waiting = new WaitingFragments();

    FragmentPath(FrameContext context, Delivery delivery) {
        this.context = context;
        this.delivery = delivery;
    }

    HeldCounters counters() {
        return waiting.counters();
    }

    void expire(long nowNanos) {
        waiting.expire(nowNanos);
    }

    /**
     * A first fragment that has come before: it must not be scheduled again.
     *
     * @return null when this one is the first of its datagram
     */
    @Nullable Verdict onRepeated(Packet packet) {
        key.aimAtDatagram(packet);
        Datagram datagram = decided.find(key, context.nowNanos);
        return datagram != null && datagram.isOf(packet) ? follow(packet, datagram) : null;
    }

    /** Remembers where a first fragment went, and sends those after it that came before it. */
    Verdict onFirst(Packet packet, Verdict verdict) {
        if (!isForService(packet)) {
            return verdict;
        }
        key.aimAtDatagram(packet);
        Datagram datagram = decided.add(key, context.nowNanos);
        VirtualService service = context.service;
        RealServer server = context.server;
        if (verdict == Verdict.FORWARDED && service != null && server != null) {
            datagram.decide(service, server, packet);
            datagram.add(packet);
        }
        Datagram early = waiting.find(key, context.nowNanos);
        if (early != null) {
            release(packet, early, datagram);
            // The frame at hand is still the first fragment's.
            context.service = service;
            context.server = server;
        }
        return verdict;
    }

    Verdict onLater(Packet packet) {
        if (!isForService(packet)) {
            return Verdict.NO_SERVICE;
        }
        key.aimAtDatagram(packet);
        Datagram datagram = decided.find(key, context.nowNanos);
        if (datagram != null) {
            return follow(packet, datagram);
        }
        return waiting.hold(
                        key,
                        context.frame,
                        context.length,
                        packet.fragmentOffset(),
                        context.nowNanos)
                ? Verdict.FRAGMENT_HELD
                : Verdict.FRAGMENT_OVERFLOW;
    }

    private boolean isForService(Packet packet) {
        return context.services.isServiceAddress(
                packet.destinationHigh(), packet.destinationLow(), packet.protocol());
    }

    private Verdict follow(Packet packet, Datagram datagram) {
        VirtualService service = datagram.service();
        RealServer server = datagram.server();
        if (service == null || server == null) {
            return Verdict.FRAGMENT_REFUSED;
        }
        context.service = service;
        if (!context.services.isOpen(service, packet.destinationHigh(), packet.destinationLow())) {
            return Verdict.GATE_CLOSED;
        }
        if (!datagram.add(packet)) {
            datagram.refuse();
            return Verdict.OVERLAPPING_FRAGMENT;
        }
        Verdict verdict = delivery.forward(packet, service, server);
        if (datagram.isComplete()) {
            // From now on the identification may stand for another datagram.
            decided.remove(datagram);
        }
        return verdict;
    }

    private void release(Packet packet, Datagram early, Datagram datagram) {
        long frame = context.frame;
        int length = context.length;
        for (int held = waiting.first(early);
                held != WaitingFragments.NONE;
                held = waiting.next(held)) {
            context.frame = waiting.frame(held);
            context.length = waiting.length(held);
            boolean sent =
                    packet.parse(context.frame, context.length) == Shape.LATER_FRAGMENT
                            && follow(packet, datagram) == Verdict.FORWARDED;
            waiting.counters().add(sent ? HeldFate.FORWARDED : HeldFate.REFUSED, 1);
        }
        waiting.release(early);
        context.frame = frame;
        context.length = length;
    }
}
