package lb.core.director;

import lb.core.connection.Connection;
import lb.core.connection.FlowProbe;
import lb.core.director.DecisionListener.Origin;
import lb.core.service.RealServer;
import lb.core.service.VirtualService;
import lb.core.wire.Packet;
import lb.core.wire.QuotedPacket;

/**
 * The way of an ICMP error: what is about a packet that a real server sent from the VIP goes to
 * that real server, or path MTU discovery would end here (RFC 1191, RFC 8201). Other ICMP is the
 * host's. Owned by one worker.
 */
final class IcmpPath {
    private final FrameContext context;
    private final Flows flows;
    private final Delivery delivery;
    private final QuotedPacket quoted = new QuotedPacket();
    private final FlowProbe flow = new FlowProbe();

    IcmpPath(FrameContext context, Flows flows, Delivery delivery) {
        this.context = context;
        this.flows = flows;
        this.delivery = delivery;
    }

    Verdict onIcmp(Packet packet) {
        if (!QuotedPacket.isError(packet)
                || !context.services.isServiceAddress(
                        packet.destinationHigh(), packet.destinationLow())
                || !quoted.parse(packet)
                || quoted.sourceHigh() != packet.destinationHigh()
                || quoted.sourceLow() != packet.destinationLow()) {
            return Verdict.NO_SERVICE;
        }
        if (quoted.isLaterFragment()) {
            return context.services.isServiceAddress(
                            quoted.sourceHigh(), quoted.sourceLow(), quoted.protocol())
                    ? Verdict.QUOTES_LATER_FRAGMENT
                    : Verdict.NO_SERVICE;
        }
        VirtualService service =
                context.services.find(
                        quoted.destinationHigh(),
                        quoted.destinationLow(),
                        quoted.sourceHigh(),
                        quoted.sourceLow(),
                        quoted.protocol(),
                        quoted.sourcePort());
        if (service == null) {
            return Verdict.NO_SERVICE;
        }
        return context.services.isOpen(service, quoted.sourceHigh(), quoted.sourceLow())
                ? onError(packet, service)
                : Verdict.GATE_CLOSED;
    }

    private Verdict onError(Packet packet, VirtualService service) {
        flow.aimAt(quoted);
        Connection connection = flows.find(flow);
        if (connection != null && connection.server().keeps(quoted.protocol())) {
            context.note(Origin.CONNECTION);
            return delivery.forward(packet, service, connection.server());
        }
        RealServer computed =
                service.isComputable() ? service.computing(context.worker).select(flow) : null;
        if (computed == null) {
            return Verdict.NO_CONNECTION;
        }
        context.note(Origin.COMPUTED);
        return delivery.forward(packet, service, computed);
    }
}
