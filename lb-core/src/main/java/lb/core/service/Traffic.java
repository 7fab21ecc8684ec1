package lb.core.service;

/**
 * The sum over workers of what went one way. Immutable; any thread.
 *
 * @param connections new connections
 * @param packets packets
 * @param bytes bytes from the IP header on
 */
public record Traffic(long connections, long packets, long bytes) {
    /** None at all. */
    public static final Traffic NONE = new Traffic(0, 0, 0);

    /** What came since {@code earlier}. */
    Traffic since(Traffic earlier) {
        return new Traffic(
                connections - earlier.connections,
                packets - earlier.packets,
                bytes - earlier.bytes);
    }

    static Traffic sum(TrafficCounters[] workers) {
        long connections = 0;
        long packets = 0;
        long bytes = 0;
        for (TrafficCounters worker : workers) {
            connections += worker.connections();
            packets += worker.packets();
            bytes += worker.bytes();
        }
        return new Traffic(connections, packets, bytes);
    }

    static TrafficCounters[] counters(int workers) {
        TrafficCounters[] counters = new TrafficCounters[workers];
        for (int i = 0; i < workers; i++) {
            counters[i] = new TrafficCounters();
        }
        return counters;
    }
}
