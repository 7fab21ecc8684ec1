package lb.core.service;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A virtual service as the workers see it: its definition, its real servers, a scheduler for each
 * worker. Immutable but for its counters; a change makes a new one that shares them.
 */
public final class VirtualService {
    private final ServiceDefinition definition;
    private final Gate gate;
    private final boolean marked;
    private final List<RealServer> realServers;
    private final Scheduling scheduling;
    private final @Nullable VirtualService predecessor;
    private final TrafficCounters[] traffic;
    private final TrafficMeter meter;
    private final List<RealServer> retired;

    VirtualService(
            ServiceDefinition definition,
            SchedulerKind kind,
            SchedulerRegistry registry,
            List<RealServer> realServers,
            List<RealServer> retired,
            int workers,
            @Nullable VirtualService predecessor) {
        this.definition = definition;
        this.gate = definition.gate();
        this.marked = definition.key().isMark();
        this.realServers = List.copyOf(realServers);
        this.retired = List.copyOf(retired);
        this.predecessor = predecessor == null ? null : predecessor.withoutHistory();
        this.traffic = predecessor == null ? Traffic.counters(workers) : predecessor.traffic;
        this.scheduling =
                Scheduling.of(
                        definition,
                        kind,
                        registry,
                        newestFirst(),
                        workers,
                        predecessor == null ? null : predecessor.scheduling);
        this.meter = predecessor == null ? new TrafficMeter(traffic) : predecessor.meter;
    }

    private VirtualService(VirtualService of) {
        definition = of.definition;
        gate = of.gate;
        marked = of.marked;
        realServers = of.realServers;
        scheduling = of.scheduling;
        predecessor = null;
        traffic = of.traffic;
        meter = of.meter;
        retired = of.retired;
    }

    /** The same without what came before it, so that a chain of changes can be forgotten. */
    private VirtualService withoutHistory() {
        return predecessor == null ? this : new VirtualService(this);
    }

    private List<RealServer> newestFirst() {
        return List.copyOf(realServers.reversed());
    }

    /**
     * Lets the scheduler of {@code worker} go on where its predecessor was; called on that worker's
     * thread.
     */
    public void continueFromPredecessor(int worker) {
        if (predecessor != null) {
            scheduling.scheduler(worker).continueFrom(predecessor.scheduling.scheduler(worker));
        }
    }

    void advance(long nowNanos) {
        scheduling.advance(nowNanos);
    }

    /** What the configuration says of it. */
    public ServiceDefinition definition() {
        return definition;
    }

    /** Whether its VIP is ours to forward now. */
    public boolean isOpen() {
        return gate.isOpen();
    }

    /** Whether it is found by mark, and has no address of its own. */
    boolean isMarked() {
        return marked;
    }

    /** Address, port and protocol. */
    public ServiceKey key() {
        return definition.key();
    }

    /** Its real servers, in the order of the configuration. */
    public List<RealServer> realServers() {
        return realServers;
    }

    /**
     * Real servers that were removed while they had connections or templates. One that is added
     * again before they ended takes them up, as in the kernel.
     */
    public List<RealServer> retired() {
        return retired;
    }

    /** Those of them whose connections may go on for now. */
    public List<RealServer> leaving() {
        return retired.stream().filter(RealServer::isLeaving).toList();
    }

    /** The scheduler that {@code worker} asks about a new connection. */
    public Scheduler scheduler(int worker) {
        return scheduling.scheduler(worker);
    }

    /**
     * The scheduler that {@code worker} asks about a segment of a connection without entry: for a
     * while after a swap that is the one before, which sent its SYN.
     */
    public Scheduler computing(int worker) {
        return scheduling.computing(worker);
    }

    /** The kind of scheduler that it asks for. */
    public SchedulerKind schedulerKind() {
        return scheduling.kind();
    }

    /**
     * A scheduler for its real servers that serves nobody: to see what it would choose.
     *
     * @throws IllegalArgumentException when it cannot be made
     */
    public Scheduler trial(SchedulerKind kind, Set<String> flags) {
        return kind.create(newestFirst(), flags);
    }

    /** What went wrong with its scheduler, a plug-in's; null while nothing did. */
    public @Nullable SchedulerFault schedulerFault() {
        return scheduling.fault();
    }

    /**
     * What an operator should know of its weights with its scheduler.
     *
     * @throws IllegalArgumentException when the scheduler's provider failed
     */
    public List<String> warnings() {
        return warnings(scheduling.kind(), definition.flags());
    }

    /** What an operator should know of its weights with another scheduler. */
    public List<String> warnings(SchedulerKind kind, Set<String> flags) {
        return kind.warnings(newestFirst(), flags);
    }

    /** Whether a segment of a connection without entry can be sent where its SYN went. */
    public boolean isComputable() {
        return scheduling.isComputable();
    }

    /** Whether a SYN needs no entry, because whatever follows it can be computed. */
    public boolean isHashFirst() {
        return scheduling.isHashFirst();
    }

    /** Whether the scheduler before still computes where connections without entry are. */
    public boolean isHandingOver() {
        return scheduling.isHandingOver();
    }

    /** Whether clients stay with their real server. */
    public boolean isPersistent() {
        return definition.persistence().isOn();
    }

    /** The counters of one worker. */
    public TrafficCounters traffic(int worker) {
        return traffic[worker];
    }

    /** What all workers forwarded for it since its meter was last set to zero. */
    public Traffic traffic() {
        return meter.total();
    }

    /** Its traffic's meter; the same for every version of the service. */
    public TrafficMeter meter() {
        return meter;
    }
}
