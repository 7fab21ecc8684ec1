package lb.core.service;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import lb.core.wire.IpAddress;
import lb.core.wire.IpProtocol;
import org.jspecify.annotations.Nullable;

/**
 * A real server of one service, with its live counters; outlives the service tables that list it.
 *
 * <p>The thread that changes the configuration writes weight, thresholds and availability; the
 * workers count connections; any thread reads.
 */
public final class RealServer {
    private final IpAddress address;
    private final int port;
    private final TrafficCounters[] traffic;
    private final TrafficMeter meter;
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicInteger inactive = new AtomicInteger();
    private final AtomicInteger templates = new AtomicInteger();
    private volatile int weight;
    private volatile int lastWeight;
    private volatile int upperThreshold;
    private volatile int lowerThreshold;
    private volatile boolean overloaded;
    private volatile boolean available = true;
    private volatile boolean leaving;
    private volatile @Nullable NextHop nextHop;

    RealServer(RealServerDefinition definition, int workers) {
        address = definition.address();
        port = definition.port();
        traffic = Traffic.counters(workers);
        meter = new TrafficMeter(traffic);
        apply(definition);
    }

    void apply(RealServerDefinition definition) {
        weight = definition.weight();
        if (weight != 0) {
            lastWeight = weight;
        }
        int upper = definition.upperThreshold();
        // As the kernel does on an edit: only a threshold that rises or goes opens it. Each new
        // table comes by here.
        boolean opens = upper == 0 || upper > upperThreshold;
        upperThreshold = upper;
        lowerThreshold = definition.lowerThreshold();
        if (opens) {
            overloaded = false;
        }
        // In this order: at no time is it neither.
        available = true;
        leaving = false;
    }

    /** Takes it out of the service; what it has open goes on, for now. */
    void leave() {
        weight = 0;
        end(true);
    }

    void remove() {
        end(false);
    }

    private void end(boolean leaves) {
        boolean changes = available || leaving != leaves;
        leaving = leaves;
        available = false;
        if (changes) {
            Revision.next();
        }
    }

    /** The RIP. */
    public IpAddress address() {
        return address;
    }

    /** The port, the same as the client's. */
    public int port() {
        return port;
    }

    /** The weight now, 0 = quiesced. */
    public int weight() {
        return weight;
    }

    /** The last weight that was not 0, or 0 if there was none: what draining leaves as it is. */
    public int lastWeight() {
        return lastWeight;
    }

    /** Connections from which on it is overloaded; 0 = no limit. */
    public int upperThreshold() {
        return upperThreshold;
    }

    /**
     * Connections below which it is no longer overloaded; 0 = three quarters of the upper
     * threshold.
     */
    public int lowerThreshold() {
        return lowerThreshold;
    }

    /** Whether it may be chosen: weight above 0, and not overloaded. */
    public boolean isUsable() {
        return weight > 0 && !overloaded;
    }

    /**
     * Whether its connections reached the upper threshold and have not fallen below the lower one
     * since.
     */
    public boolean isOverloaded() {
        return overloaded;
    }

    /** Whether it is still in the service: false from its removal on. */
    public boolean isAvailable() {
        return available;
    }

    /** Whether it was removed with a deadline that has not come yet. */
    public boolean isLeaving() {
        return leaving;
    }

    /**
     * Whether its connections of a protocol go on. While it is leaving, those of UDP do not: there
     * a datagram is as well served by another real server.
     */
    public boolean keeps(int protocol) {
        return available || (leaving && protocol != IpProtocol.UDP);
    }

    /** Connections that are open or opening. */
    public int activeConnections() {
        return active.get();
    }

    /** Connections that are closing, and all of UDP. */
    public int inactiveConnections() {
        return inactive.get();
    }

    /** Persistence templates that name it. */
    public int persistenceTemplates() {
        return templates.get();
    }

    /** Its load as lc and wlc weigh it: an active connection counts as 256 inactive ones. */
    public long overhead() {
        return ((long) active.get() << 8) + inactive.get();
    }

    /** Counts a new connection, and closes the server to further ones at its upper threshold. */
    public void connectionOpened(boolean isActive) {
        (isActive ? active : inactive).incrementAndGet();
        int upper = upperThreshold;
        if (upper != 0 && totalConnections() >= upper) {
            overloaded = true;
            // Others may have closed the last connections meanwhile; then nobody else would open it
            // again.
            reopenBelowThreshold();
        }
    }

    /** Moves a connection from inactive to active, or back. */
    public void connectionChanged(boolean isActive) {
        (isActive ? active : inactive).incrementAndGet();
        (isActive ? inactive : active).decrementAndGet();
    }

    /** Counts a connection that ended, and reopens the server below its lower threshold. */
    public void connectionClosed(boolean wasActive) {
        (wasActive ? active : inactive).decrementAndGet();
        reopenBelowThreshold();
    }

    private void reopenBelowThreshold() {
        if (overloaded && isBelowThreshold()) {
            overloaded = false;
        }
    }

    private boolean isBelowThreshold() {
        int lower = lowerThreshold;
        int upper = upperThreshold;
        long total = totalConnections();
        return lower != 0 ? total < lower : upper == 0 || total * 4 < upper * 3L;
    }

    private int totalConnections() {
        return active.get() + inactive.get();
    }

    /** Counts a persistence template that names it. */
    public void templateMade() {
        templates.incrementAndGet();
    }

    /** Counts a persistence template that ended. */
    public void templateEnded() {
        templates.decrementAndGet();
    }

    /** The counters of one worker. */
    public TrafficCounters traffic(int worker) {
        return traffic[worker];
    }

    /** What all workers sent to it since its meter was last set to zero. */
    public Traffic traffic() {
        return meter.total();
    }

    /** Its traffic's meter. */
    public TrafficMeter meter() {
        return meter;
    }

    /** Where it is on layer 2, or null while the kernel does not know. */
    public @Nullable NextHop nextHop() {
        return nextHop;
    }

    /** Tells where it is on layer 2; null when that is not known (any longer). */
    public void moveTo(@Nullable NextHop next) {
        boolean moves = !Objects.equals(nextHop, next);
        nextHop = next;
        if (moves) {
            Revision.next();
        }
    }

    /** As ipvsadm writes it: {@code 10.0.205.2:80}. */
    @Override
    public String toString() {
        return ServiceKey.endpoint(address, port);
    }
}
