package lb.core.director;

import lb.core.channel.FrameBatch;
import lb.core.channel.FrameSink;
import lb.core.connection.Connection;
import lb.core.connection.ConnectionState;
import lb.core.connection.ConnectionTable;
import lb.core.connection.FlowIndex;
import lb.core.connection.FlowProbe;
import lb.core.director.DecisionListener.Origin;
import lb.core.forward.IcmpErrors;
import lb.core.forward.WaysOut;
import lb.core.service.NextHop;
import lb.core.service.Persistence;
import lb.core.service.RealServer;
import lb.core.service.ServiceTable;
import lb.core.service.VirtualService;
import lb.core.wire.Ethernet;
import lb.core.wire.IpProtocol;
import lb.core.wire.Memory;
import lb.core.wire.Packet;
import lb.core.wire.QuotedPacket;
import lb.core.wire.VnetHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main path: finds the virtual service of each frame, then its connection, else asks the
 * scheduler, and sends the frame on. Owned by one worker: every method is called on that worker's
 * thread, except {@link #verdicts}.
 */
public final class Director {
    /**
     * Dead connections unlinked per batch at most: keeps up with any flood without delaying a
     * batch.
     */
    private static final int UNLINKS_PER_BATCH = 256;

    private static final Logger LOG = LoggerFactory.getLogger(Director.class);

    private final int worker;
    private final int workers;
    private final ConnectionTable connections;
    private final FlowIndex index = new FlowIndex();
    private final WaysOut waysOut = new WaysOut();
    private final IcmpErrors icmpErrors = new IcmpErrors();
    private final VerdictCounters verdicts = new VerdictCounters();
    private final Packet packet = new Packet();
    private final QuotedPacket quoted = new QuotedPacket();
    private final FlowProbe flow = new FlowProbe();
    private final FlowProbe templateFlow = new FlowProbe();
    private ServiceTable services;
    private DirectorSettings settings;
    private @Nullable DecisionListener listener;
    private boolean faultLogged;

    // What belongs to the frame at hand.
    private FrameSink back = NO_WAY_BACK;
    private long frame;
    private int length;
    private long nowNanos;
    private Origin origin = Origin.NONE;
    private @Nullable VirtualService decidedService;
    private @Nullable RealServer decidedServer;

    private static final FrameSink NO_WAY_BACK =
            new FrameSink() {
                @Override
                public boolean transmit(long frame, int length) {
                    return false;
                }

                @Override
                public void flush() {}
            };

    /**
     * A director without services.
     *
     * @param worker its number, from 0 on
     * @param workers how many share the connection table
     */
    public Director(
            int worker, int workers, ConnectionTable connections, DirectorSettings settings) {
        this.worker = worker;
        this.workers = workers;
        this.connections = connections;
        this.settings = settings;
        services = ServiceTable.empty(workers);
    }

    /**
     * Decides each frame of a batch, and sends on what is to be sent on; the caller flushes {@link
     * #waysOut}.
     */
    public void onFrames(FrameBatch batch, Ingress ingress, long now) {
        nowNanos = now;
        back = ingress.back();
        connections.advance(now);
        index.unlinkDead(UNLINKS_PER_BATCH);
        for (int i = 0; i < batch.size(); i++) {
            verdicts.add(decide(batch.address(i), batch.length(i), ingress.mac()));
        }
    }

    private Verdict decide(long frameAddress, int frameLength, long mac) {
        frame = frameAddress;
        length = frameLength;
        Verdict verdict;
        try {
            verdict = onFrame(mac);
        } catch (RuntimeException
                | LinkageError e) { // an Error too: a plug-in's jar may lack a class
            verdict = onFault(e);
        }
        if (listener != null) {
            explain(listener, verdict);
        }
        return verdict;
    }

    private Verdict onFrame(long mac) {
        if (length < Ethernet.HEADER_LENGTH) {
            return Verdict.TRUNCATED;
        }
        if (mac != Ingress.ANY_MAC && Ethernet.destination(frame) != mac) {
            return Verdict.NOT_OUR_MAC;
        }
        return switch (packet.parse(frame, length)) {
            case TRANSPORT -> onPacket();
            case ICMP -> onIcmp();
            case OTHER_PROTOCOL -> Verdict.NO_SERVICE;
            case LATER_FRAGMENT -> onLaterFragment();
            case NOT_IP -> Verdict.NOT_IP;
            case TRUNCATED -> Verdict.TRUNCATED;
            case MALFORMED_IP -> Verdict.MALFORMED_IP;
            case BAD_IP_CHECKSUM -> Verdict.BAD_IP_CHECKSUM;
            case MALFORMED_TRANSPORT -> Verdict.MALFORMED_TRANSPORT;
        };
    }

    /** The main path. */
    private Verdict onPacket() {
        VirtualService service =
                services.find(
                        packet.destinationHigh(),
                        packet.destinationLow(),
                        packet.protocol(),
                        packet.destinationPort());
        if (service == null) {
            return Verdict.NO_SERVICE;
        }
        decidedService = service;
        if (!service.isOpen()) {
            return Verdict.GATE_CLOSED;
        }
        flow.aimAt(packet);
        Connection connection = find(flow);
        if (connection != null
                && FlowRules.opensConnection(packet)
                && FlowRules.isReusable(connection, settings)) {
            connections.remove(connection);
            connection = null;
        }
        boolean lost = connection != null && !connection.server().keeps(packet.protocol());
        if (lost && FlowRules.dropsLost(connection, settings)) {
            return Verdict.REAL_SERVER_GONE;
        }
        if (connection == null || lost) {
            return onUnknownFlow(service, connection);
        }
        origin = Origin.CONNECTION;
        follow(connection);
        return forward(service, connection.server());
    }

    private @Nullable Connection find(FlowProbe probe) {
        Connection connection = index.find(probe);
        // With one worker the index is exact; with several, another one may have met the flow
        // first.
        return connection == null && workers > 1 ? connections.find(probe) : connection;
    }

    /** Keeps state and timeout of a known connection up to date. */
    private void follow(Connection connection) {
        boolean due = connection.onPacket(nowNanos);
        boolean changed =
                packet.protocol() == IpProtocol.TCP && connection.onTcpFlags(packet.tcpFlags());
        if (due || changed) {
            connections.touch(connection);
        }
    }

    /** A packet of no known connection, or of one that has {@code lost} its real server. */
    private Verdict onUnknownFlow(VirtualService service, @Nullable Connection lost) {
        if (lost != null) {
            connections.remove(lost);
        }
        if (FlowRules.isMidFlow(packet)
                && !FlowRules.acceptsMidFlow(packet, service, lost != null, settings)) {
            return Verdict.NO_CONNECTION;
        }
        if (FlowRules.isMartian(packet)) {
            return Verdict.MARTIAN_SOURCE;
        }
        return service.isPersistent() ? onPersistent(service) : onNew(service);
    }

    private Verdict onNew(VirtualService service) {
        boolean midFlow = FlowRules.isMidFlow(packet);
        RealServer server =
                (midFlow ? service.computing(worker) : service.scheduler(worker)).select(flow);
        if (server == null) {
            return refuse();
        }
        if (FlowRules.needsEntry(packet, service, settings)) {
            remember(server, null);
            origin = Origin.SCHEDULED;
        } else {
            origin = Origin.COMPUTED;
        }
        // Where a SYN is computed it was counted then; the segment that makes the entry is not a
        // second connection.
        if (!midFlow || !service.isComputable()) {
            countConnection(service, server);
        }
        return forward(service, server);
    }

    private void countConnection(VirtualService service, RealServer server) {
        service.traffic(worker).countConnection();
        server.traffic(worker).countConnection();
    }

    private Verdict onPersistent(VirtualService service) {
        Persistence persistence = service.definition().persistence();
        templateFlow.aimAtTemplate(flow, persistence, service.key().port());
        Connection template = connections.find(templateFlow);
        if (template == null || isVoid(template)) {
            RealServer chosen = service.scheduler(worker).select(flow);
            if (chosen == null) {
                return refuse();
            }
            template =
                    Connection.template(
                            templateFlow, chosen, index, persistence.timeoutSeconds(), nowNanos);
            connections.add(template);
            origin = Origin.SCHEDULED;
        } else {
            origin = Origin.TEMPLATE;
        }
        remember(template.server(), template);
        countConnection(service, template.server());
        return forward(service, template.server());
    }

    private boolean isVoid(Connection template) {
        RealServer server = template.server();
        return !server.isAvailable()
                || (settings.expireQuiescentTemplate() && server.weight() == 0);
    }

    private void remember(RealServer server, @Nullable Connection template) {
        Connection connection =
                new Connection(flow, server, index, template, ConnectionState.NONE, nowNanos);
        if (packet.protocol() == IpProtocol.TCP) {
            connection.onFirstFlags(packet.tcpFlags());
        } else {
            connection.onDatagram();
        }
        index.add(connection);
        connections.add(connection);
    }

    private Verdict refuse() {
        icmpErrors.portUnreachable(frame, packet, back, nowNanos);
        return Verdict.NO_REAL_SERVER;
    }

    /**
     * An ICMP error about a packet that a real server sent from the VIP goes to that real server,
     * or path MTU discovery would end here (RFC 1191). Other ICMP is the host's.
     */
    private Verdict onIcmp() {
        if (!QuotedPacket.isError(packet)
                || !services.isServiceAddress(packet.destinationHigh(), packet.destinationLow())
                || !quoted.parse(packet)
                || quoted.sourceHigh() != packet.destinationHigh()
                || quoted.sourceLow() != packet.destinationLow()) {
            return Verdict.NO_SERVICE;
        }
        VirtualService service =
                services.find(
                        quoted.sourceHigh(),
                        quoted.sourceLow(),
                        quoted.protocol(),
                        quoted.sourcePort());
        if (service == null) {
            return Verdict.NO_SERVICE;
        }
        if (!service.isOpen()) {
            return Verdict.GATE_CLOSED;
        }
        flow.aimAt(quoted);
        Connection connection = find(flow);
        if (connection != null && connection.server().keeps(quoted.protocol())) {
            origin = Origin.CONNECTION;
            return forward(service, connection.server());
        }
        RealServer computed =
                service.isComputable() ? service.computing(worker).select(flow) : null;
        if (computed == null) {
            return Verdict.NO_CONNECTION;
        }
        origin = Origin.COMPUTED;
        return forward(service, computed);
    }

    private Verdict onLaterFragment() {
        return services.isServiceAddress(packet.destinationHigh(), packet.destinationLow())
                ? Verdict.LATER_FRAGMENT
                : Verdict.NO_SERVICE;
    }

    private Verdict forward(VirtualService service, RealServer server) {
        decidedServer = server;
        NextHop next = server.nextHop();
        FrameSink out = next == null ? null : waysOut.find(next.interfaceIndex());
        if (next == null || out == null) {
            return Verdict.NEIGHBOUR_UNRESOLVED;
        }
        if (settings.routing().isExpired(packet)) {
            icmpErrors.timeExceeded(frame, packet, back, nowNanos);
            return Verdict.TTL_EXPIRED;
        }
        settings.routing().takeHop(packet);
        if (packet.ipLength() > next.mtu() && !VnetHeader.isSegmented(frame)) {
            icmpErrors.tooBig(frame, packet, back, nowNanos, next.mtu());
            return Verdict.TOO_LONG;
        }
        settings.routing().readdress(frame, next);
        if (!out.transmit(frame, length)) {
            return Verdict.TRANSMIT_QUEUE_FULL;
        }
        service.traffic(worker).countPacket(packet.ipLength());
        server.traffic(worker).countPacket(packet.ipLength());
        return Verdict.FORWARDED;
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
        to.onDecision(verdict, decidedService, origin, decidedServer);
        forgetDecision();
    }

    private void forgetDecision() {
        origin = Origin.NONE;
        decidedService = null;
        decidedServer = null;
    }

    /**
     * Replaces the services between two batches; schedulers go on where their predecessors were.
     */
    public void onReplaceServices(ServiceTable replacement) {
        for (VirtualService service : replacement.services()) {
            if (!service.equals(services.get(service.key()))) {
                service.continueFromPredecessor(worker);
            }
        }
        services = replacement;
    }

    /** Replaces the settings between two batches. */
    public void onReplaceSettings(DirectorSettings replacement) {
        settings = replacement;
    }

    /**
     * Sends a frame of our own, such as an announcement; false when the way out does not take it.
     */
    public boolean onTransmit(int interfaceIndex, byte[] bytes) {
        FrameSink out = waysOut.find(interfaceIndex);
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

    /** Has every decision explained from now on. */
    public void explainTo(DecisionListener to) {
        forgetDecision();
        listener = to;
    }

    /** This worker's ways out. */
    public WaysOut waysOut() {
        return waysOut;
    }

    /** This worker's verdict counters; may be read by any thread. */
    public VerdictCounters verdicts() {
        return verdicts;
    }
}
