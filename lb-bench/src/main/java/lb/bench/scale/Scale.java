package lb.bench.scale;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How much there is of everything. Immutable; any thread.
 *
 * @param realServers of each service
 * @param connections of all services together
 */
record Scale(int services, int realServers, int connections) {
    private static final List<Integer> SERVICES = List.of(10, 100, 1000);
    private static final List<Integer> REAL_SERVERS = List.of(1, 10, 100, 1000);
    private static final List<Integer> CONNECTIONS =
            List.of(1_000, 10_000, 100_000, 1_000_000, 10_000_000);

    private static final Scale USUAL = new Scale(10, 10, 100_000);
    private static final Scale MOST = new Scale(1000, 1000, 10_000_000);

    /** With its place in the table and in the worker's index, and room for the collector. */
    private static final long BYTES_PER_CONNECTION = 600;

    /** With its counters and its share of two hash tables while they are built. */
    private static final long BYTES_PER_REAL_SERVER = 3_000;

    private static final long BYTES_PER_SERVICE = 400_000;
    private static final long BYTES_AT_LEAST = 512L << 20;

    /** Each number by turns around what is usual, and the most of all. */
    static List<Scale> sweep() {
        Set<Scale> all = new LinkedHashSet<>();
        CONNECTIONS.forEach(n -> all.add(new Scale(USUAL.services, USUAL.realServers, n)));
        SERVICES.forEach(n -> all.add(new Scale(n, USUAL.realServers, USUAL.connections)));
        REAL_SERVERS.forEach(n -> all.add(new Scale(USUAL.services, n, USUAL.connections)));
        all.add(MOST);
        return List.copyOf(all);
    }

    /** Every combination. */
    static List<Scale> product(
            List<Integer> services, List<Integer> realServers, List<Integer> connections) {
        List<Scale> all = new ArrayList<>();
        for (int s : services) {
            for (int r : realServers) {
                connections.forEach(c -> all.add(new Scale(s, r, c)));
            }
        }
        return all;
    }

    /** The one that options fall back to. */
    static Scale usual() {
        return USUAL;
    }

    /** Heap that a run of this size is given, bytes. */
    long heapBytes() {
        return BYTES_AT_LEAST
                + connections * BYTES_PER_CONNECTION
                + (long) services * realServers * BYTES_PER_REAL_SERVER
                + services * BYTES_PER_SERVICE;
    }

    /** As it stands in a table. */
    @Override
    public String toString() {
        return "%,d services of %,d, %,d connections".formatted(services, realServers, connections);
    }
}
