package lb.core.service;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A virtual service as the workers see it: its definition, its real servers, a scheduler for each
 * worker. Immutable but for its counters; a change makes a new one that shares them.
 */
public final class VirtualService {
    private final ServiceDefinition definition;
    private final Gate gate;
    private final SchedulerProvider provider;
    private final List<RealServer> realServers;
    private final Scheduler[] schedulers;
    private final @Nullable VirtualService predecessor;
    private final TrafficCounters[] traffic;
    private final TrafficMeter meter;
    private final List<RealServer> retired;

    VirtualService(
            ServiceDefinition definition,
            SchedulerProvider provider,
            List<RealServer> realServers,
            List<RealServer> retired,
            int workers,
            @Nullable VirtualService predecessor) {
        this.definition = definition;
        this.gate = definition.gate();
        this.provider = provider;
        this.realServers = List.copyOf(realServers);
        this.retired = List.copyOf(retired);
        this.predecessor = predecessor == null ? null : predecessor.withoutHistory();
        this.traffic = predecessor == null ? Traffic.counters(workers) : predecessor.traffic;
        this.meter = predecessor == null ? new TrafficMeter(traffic) : predecessor.meter;
        this.schedulers = schedulers(workers);
    }

    private VirtualService(VirtualService of) {
        definition = of.definition;
        gate = of.gate;
        provider = of.provider;
        realServers = of.realServers;
        schedulers = of.schedulers;
        predecessor = null;
        traffic = of.traffic;
        meter = of.meter;
        retired = of.retired;
    }

    /** The same without what came before it, so that a chain of changes can be forgotten. */
    private VirtualService withoutHistory() {
        return predecessor == null ? this : new VirtualService(this);
    }

    private Scheduler[] schedulers(int workers) {
        List<RealServer> newestFirst = List.copyOf(realServers.reversed());
        Scheduler[] made = new Scheduler[workers];
        for (int i = 0; i < workers; i++) {
            made[i] =
                    i > 0 && provider.computable()
                            ? made[0]
                            : provider.create(newestFirst, definition.flags());
        }
        return made;
    }

    /**
     * Lets the scheduler of {@code worker} go on where its predecessor was; called on that worker's
     * thread.
     */
    public void continueFromPredecessor(int worker) {
        if (predecessor != null) {
            schedulers[worker].continueFrom(predecessor.schedulers[worker]);
        }
    }

    /** What the configuration says of it. */
    public ServiceDefinition definition() {
        return definition;
    }

    /** Whether its VIP is ours to forward now. */
    public boolean isOpen() {
        return gate.isOpen();
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

    /** The scheduler that {@code worker} asks. */
    public Scheduler scheduler(int worker) {
        return schedulers[worker];
    }

    /** Whether the scheduler's choice can be computed again at any time. */
    public boolean isComputable() {
        return provider.computable();
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
