package lb.core.director;

import java.util.List;
import lb.core.channel.FrameBatch;
import lb.core.channel.FrameSink;
import lb.core.connection.Connection;
import lb.core.connection.ConnectionTable;
import lb.core.connection.FlowProbe;
import lb.core.director.DecisionListener.Origin;
import lb.core.forward.WaysOut;
import lb.core.fragment.HeldCounters;
import lb.core.service.Revision;
import lb.core.service.ServiceTable;
import lb.core.service.VirtualService;
import lb.core.wire.Ethernet;
import lb.core.wire.Memory;
import lb.core.wire.Packet;
import lb.core.wire.Packet.Shape;
import lb.core.wire.VnetHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main path: finds the virtual service of each frame and its connection, else leaves it to the
 * {@link OpeningPath}, and sends the frame on; {@link StraightPath} spares most frames that. Owned
 * by one worker: every method is called on that worker's thread, except {@link #verdicts} and
 * {@link #heldFragments}.
 */
public final class Director {
    private static final Logger LOG = LoggerFactory.getLogger(Director.class);

    private final FrameContext context;
    private final Arrivals arrivals = new Arrivals();
    private final Flows flows;
    private final Ways ways;
    private final StraightPath straight;
    private final OpeningPath opening;
    private final Delivery delivery;
    private final IcmpPath icmp;
    private final FragmentPath fragments;
    private final VerdictCounters verdicts = new VerdictCounters();
    private @Nullable DecisionListener listener;
    private @Nullable ShortcutProposals shortcuts;
    private boolean faultLogged;

    /**
     * A director without services.
     *
     * @param worker its number, from 0 on
     * @param workers how many share the connection table
     */
    public Director(
            int worker, int workers, ConnectionTable connections, DirectorSettings settings) {
        context = new FrameContext(worker, ServiceTable.empty(workers), settings);
        flows = new Flows(connections, workers);
        delivery = new Delivery(context);
        ways = new Ways(worker, delivery.waysOut());
        straight = new StraightPath(context, arrivals, flows, ways, verdicts);
        opening = new OpeningPath(context, flows, delivery);
        icmp = new IcmpPath(context, flows, delivery);
        fragments = new FragmentPath(context, delivery);
    }

    /**
     * Decides each frame of a batch, and sends on what is to be sent on; the caller flushes {@link
     * #waysOut}.
     */
    public void onFrames(FrameBatch batch, Ingress ingress, long now) {
        context.nowNanos = now;
        context.back = ingress.back();
        context.interfaceIndex = ingress.interfaceIndex();
        flows.advance(now);
        fragments.expire(now);
        int count;
        for (int first = 0; first < batch.size(); first += count) {
            count = arrivals.read(batch, first, ingress, flows.worthAhead());
            flows.lookAhead(arrivals.hashes(), count);
            for (int i = forwardStraight(batch, first, 0, count);
                    i < count;
                    i = forwardStraight(batch, first, i + 1, count)) {
                Throwable fault = straight.fault();
                verdicts.add(
                        fault == null
                                ? decide(
                                        batch.address(first + i),
                                        batch.length(first + i),
                                        arrivals.get(i))
                                : onFault(fault));
            }
        }
        flows.flush();
    }

    /** Whoever has frames explained has all of them take the main path. */
    private int forwardStraight(FrameBatch batch, int first, int from, int count) {
        return listener == null ? straight.forward(batch, first, from, count) : from;
    }

    private Verdict decide(long frame, int length, Arrival arrival) {
        context.frame = frame;
        context.length = length;
        Verdict verdict;
        try {
            verdict = onFrame(arrival);
        } catch (RuntimeException
                | LinkageError e) { // an Error too: a plug-in's jar may lack a class
            verdict = onFault(e);
        }
        if (listener != null) {
            explain(listener, verdict);
        }
        return verdict;
    }

    private Verdict onFrame(Arrival arrival) {
        if (!arrival.isOurs()) {
            RuntimeException fault = arrival.fault();
            if (fault != null) {
                return onFault(fault);
            }
            return context.length < Ethernet.HEADER_LENGTH
                    ? Verdict.TRUNCATED
                    : Verdict.NOT_OUR_MAC;
        }
        Packet packet = arrival.packet;
        if (!arrival.hasPorts()) {
            return onOther(packet, arrival.shape());
        }
        FlowProbe flow = arrival.flow();
        boolean fragment = packet.isFragment();
        context.begin(fragment);
        return fragment ? onFirstFragment(packet, flow) : onPacket(packet, flow);
    }

    private Verdict onOther(Packet packet, Shape shape) {
        // An ICMP error can be a fragment itself.
        context.begin(packet.isFragment());
        return switch (shape) {
            case TRANSPORT, OTHER_PROTOCOL -> Verdict.NO_SERVICE;
            case ICMP -> icmp.onIcmp(packet);
            case LATER_FRAGMENT -> fragments.onLater(packet);
            case NOT_IP -> Verdict.NOT_IP;
            case TRUNCATED -> Verdict.TRUNCATED;
            case MALFORMED_IP -> Verdict.MALFORMED_IP;
            case BAD_IP_CHECKSUM -> Verdict.BAD_IP_CHECKSUM;
            case MALFORMED_TRANSPORT -> Verdict.MALFORMED_TRANSPORT;
            case MALFORMED_FRAGMENT -> Verdict.MALFORMED_FRAGMENT;
            case TINY_FRAGMENT -> Verdict.TINY_FRAGMENT;
        };
    }

    private Verdict onFirstFragment(Packet packet, FlowProbe flow) {
        Verdict repeated = fragments.onRepeated(packet);
        return repeated != null ? repeated : fragments.onFirst(packet, onPacket(packet, flow));
    }

    /** The main path. */
    private Verdict onPacket(Packet packet, FlowProbe flow) {
        int revision = Revision.current();
        VirtualService service = context.findService(packet);
        if (service == null) {
            return Verdict.NO_SERVICE;
        }
        context.note(service);
        if (!context.services.isOpen(service, packet.destinationHigh(), packet.destinationLow())) {
            return Verdict.GATE_CLOSED;
        }
        Connection own = flows.findOwn(flow);
        Connection connection = own == null ? flows.findOfOthers(flow) : own;
        if (connection != null
                && FlowRules.opensConnection(packet)
                && FlowRules.isReusable(connection, context.settings)) {
            flows.remove(connection);
            connection = null;
        }
        boolean lost = connection != null && !connection.server().keeps(packet.protocol());
        if (lost && FlowRules.dropsLost(connection, context.settings)) {
            return Verdict.REAL_SERVER_GONE;
        }
        if (connection == null || lost) {
            return opening.onUnknownFlow(packet, flow, service, connection);
        }
        context.note(Origin.CONNECTION);
        flows.follow(connection, packet, context.nowNanos);
        if (context.length >= ShortcutProposals.LARGE_FRAME) {
            propose(service, connection);
        }
        Verdict verdict = delivery.forward(packet, service, connection.server());
        if (own != null && verdict == Verdict.FORWARDED && !ways.isCurrent(own.place())) {
            own.went(ways.place(service, own.server(), revision));
        }
        return verdict;
    }

    /** A large frame may be the first of many that the kernel can hand on by itself. */
    private void propose(VirtualService service, Connection connection) {
        if (shortcuts != null && VnetHeader.isSegmented(context.frame) && !context.isFromHere()) {
            shortcuts.offer(connection, service, context);
        }
    }

    private Verdict onFault(Throwable fault) {
        if (!faultLogged) {
            faultLogged = true;
            LOG.error(
                    "a frame made the director fail; such frames are counted as INTERNAL_ERROR and dropped",
                    fault);
        }
        return Verdict.INTERNAL_ERROR;
    }

    private void explain(DecisionListener to, Verdict verdict) {
        to.onDecision(verdict, context.service, context.origin, context.server);
        context.forgetDecision();
    }

    /**
     * Replaces the services between two batches; schedulers go on where their predecessors were.
     */
    public void onReplaceServices(ServiceTable replacement) {
        for (VirtualService service : replacement.services()) {
            if (!service.equals(context.services.get(service.key()))) {
                service.continueFromPredecessor(context.worker);
            }
        }
        context.services = replacement;
        Revision.next();
    }

    /** Replaces the settings between two batches. */
    public void onReplaceSettings(DirectorSettings replacement) {
        context.settings = replacement;
    }

    /**
     * Sends a frame of our own, such as an announcement; false when the way out does not take it.
     */
    public boolean onTransmit(int interfaceIndex, byte[] bytes) {
        FrameSink out = delivery.waysOut().find(interfaceIndex);
        if (out == null) {
            return false;
        }
        try (Memory.Scratch scratch = Memory.scratch(VnetHeader.LENGTH + bytes.length)) {
            long own = scratch.address() + VnetHeader.LENGTH;
            Memory.copy(bytes, 0, own, bytes.length);
            boolean taken = out.transmit(own, bytes.length);
            out.flush();
            return taken;
        }
    }

    /** Tells of a MAC address of this host: what comes from it has been forwarded before. */
    public void onOwnMac(long mac) {
        context.addOwnMac(mac);
    }

    /** Proposes connections for the shortcut from now on. */
    void proposeTo(ShortcutProposals proposals) {
        shortcuts = proposals;
    }

    /** Sends what is queued; to be called when a channel has no more frames for now. */
    void onRoundEnd() {
        waysOut().flush();
        if (shortcuts != null) {
            shortcuts.wake();
        }
    }

    /** Counts what the kernel has handed on by itself, and keeps these connections alive. */
    void onHandedOn(List<ShortcutTraffic> traffic, long now) {
        for (ShortcutTraffic one : traffic) {
            one.service().traffic(context.worker).countPackets(one.packets(), one.bytes());
            one.connection()
                    .server()
                    .traffic(context.worker)
                    .countPackets(one.packets(), one.bytes());
            verdicts.addHandedOn(one.packets());
            flows.onHandedOn(one.connection(), now);
        }
    }

    /** Has every decision explained from now on. */
    public void explainTo(DecisionListener to) {
        context.forgetDecision();
        context.explained = true;
        listener = to;
    }

    /** This worker's ways out. */
    public WaysOut waysOut() {
        return delivery.waysOut();
    }

    /** This worker's verdict counters; may be read by any thread. */
    public VerdictCounters verdicts() {
        return verdicts;
    }

    /** Frames that did not take the main path; for tests. Its thread. */
    long wentStraight() {
        return straight.total();
    }

    /** Connections that this worker's own index has; for tests of its bounds. Its thread. */
    int indexedConnections() {
        return flows.indexed();
    }

    /** What became of this worker's fragments that had to wait; may be read by any thread. */
    public HeldCounters heldFragments() {
        return fragments.counters();
    }
}
