package lb.core.service;

import java.util.concurrent.atomic.AtomicInteger;
import lb.core.wire.IpAddress;
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
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicInteger inactive = new AtomicInteger();
    private final AtomicInteger templates = new AtomicInteger();
    private volatile int weight;
    private volatile int lastWeight;
    private volatile int upperThreshold;
    private volatile int lowerThreshold;
    private volatile boolean overloaded;
    private volatile boolean available = true;
    private volatile @Nullable NextHop nextHop;

    RealServer(RealServerDefinition definition, int workers) {
        address = definition.address();
        port = definition.port();
        traffic = Traffic.counters(workers);
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
        available = true;
    }

    void remove() {
        available = false;
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

    /** What all workers sent to it. */
    public Traffic traffic() {
        return Traffic.sum(traffic);
    }

    /** Where it is on layer 2, or null while the kernel does not know. */
    public @Nullable NextHop nextHop() {
        return nextHop;
    }

    /** Tells where it is on layer 2; null when that is not known (any longer). */
    public void moveTo(@Nullable NextHop next) {
        nextHop = next;
    }

    /** As ipvsadm writes it: {@code 10.0.205.2:80}. */
    @Override
    public String toString() {
        return ServiceKey.endpoint(address, port);
    }
}
