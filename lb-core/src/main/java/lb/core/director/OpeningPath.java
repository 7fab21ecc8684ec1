package lb.core.director;

import lb.core.connection.Connection;
import lb.core.connection.FlowProbe;
import lb.core.director.DecisionListener.Origin;
import lb.core.service.Persistence;
import lb.core.service.RealServer;
import lb.core.service.VirtualService;
import lb.core.wire.Packet;
import org.jspecify.annotations.Nullable;

/**
 * The path of packets of no known connection: whether they may open one, which real server they
 * get, and what is remembered of that. Owned by one worker.
 */
final class OpeningPath {
    private final FrameContext context;
    private final Flows flows;
    private final Delivery delivery;
    private final FlowProbe templateFlow = new FlowProbe();

    OpeningPath(FrameContext context, Flows flows, Delivery delivery) {
        this.context = context;
        this.flows = flows;
        this.delivery = delivery;
    }

    /** A packet of no known connection, or of one that has {@code lost} its real server. */
    Verdict onUnknownFlow(
            Packet packet, FlowProbe flow, VirtualService service, @Nullable Connection lost) {
        if (lost != null) {
            flows.remove(lost);
        }
        if (FlowRules.isMidFlow(packet)
                && !FlowRules.acceptsMidFlow(packet, service, lost != null, context.settings)) {
            return Verdict.NO_CONNECTION;
        }
        if (FlowRules.isMartian(packet)) {
            return Verdict.MARTIAN_SOURCE;
        }
        if (context.isFromHere()) {
            return Verdict.LOOP;
        }
        // A segment in mid-flow opens nothing: after a takeover all of them come at once. Nor does
        // what has lost its real server: it was counted when it came.
        return FlowRules.isMidFlow(packet) || lost != null
                ? onAdmitted(packet, flow, service, lost)
                : onOpening(packet, flow, service);
    }

    private Verdict onOpening(Packet packet, FlowProbe flow, VirtualService service) {
        return switch (context.services.limits().admit(service.key(), flow, context.nowNanos)) {
            case ADMITTED -> onAdmitted(packet, flow, service, null);
            case SERVICE_LIMITED -> Verdict.SERVICE_RATE_LIMITED;
            case CLIENT_LIMITED -> Verdict.CLIENT_RATE_LIMITED;
        };
    }

    private Verdict onAdmitted(
            Packet packet, FlowProbe flow, VirtualService service, @Nullable Connection lost) {
        return service.isPersistent()
                ? onPersistent(packet, flow, service, lost)
                : onNew(packet, flow, service, lost);
    }

    private Verdict onNew(
            Packet packet, FlowProbe flow, VirtualService service, @Nullable Connection lost) {
        boolean midFlow = FlowRules.isMidFlow(packet);
        RealServer server =
                (midFlow ? service.computing(context.worker) : service.scheduler(context.worker))
                        .select(flow);
        if (server == null) {
            return delivery.refuse(packet);
        }
        if (FlowRules.needsEntry(packet, service, context.settings)) {
            flows.remember(flow, server, null, lost, packet, context.nowNanos);
            context.note(Origin.SCHEDULED);
        } else {
            context.note(Origin.COMPUTED);
        }
        // Where a SYN is computed it was counted then; the segment that makes the entry is not a
        // second connection.
        if (!midFlow || !service.isComputable()) {
            countConnection(service, server);
        }
        return delivery.forward(packet, service, server);
    }

    private void countConnection(VirtualService service, RealServer server) {
        service.traffic(context.worker).countConnection();
        server.traffic(context.worker).countConnection();
    }

    private Verdict onPersistent(
            Packet packet, FlowProbe flow, VirtualService service, @Nullable Connection lost) {
        Persistence persistence = service.definition().persistence();
        templateFlow.aimAtTemplate(flow, persistence, service.key());
        Connection template = flows.findTemplate(templateFlow);
        if (template != null && isVoid(template)) {
            flows.remove(template);
            template = null;
        }
        if (template == null) {
            RealServer chosen = service.scheduler(context.worker).select(flow);
            if (chosen == null) {
                return delivery.refuse(packet);
            }
            template = flows.addTemplate(templateFlow, chosen, persistence, context.nowNanos);
            context.note(Origin.SCHEDULED);
        } else {
            flows.renew(template);
            context.note(Origin.TEMPLATE);
        }
        flows.remember(flow, template.server(), template, lost, packet, context.nowNanos);
        countConnection(service, template.server());
        return delivery.forward(packet, service, template.server());
    }

    private boolean isVoid(Connection template) {
        RealServer server = template.server();
        return !server.isAvailable()
                || (context.settings.expireQuiescentTemplate() && server.weight() == 0);
    }
}
