package lb.core.scheduler;

import java.util.List;
import lb.core.service.RealServer;

/**
 * How many slots in a row each real server has in the table of {@link SourceHash}, and how large
 * the table is. Immutable.
 *
 * <p>The kernel's rule: 256 slots, runs of the weight, at least 1. Where that ends before some real
 * server's turn, weights are divided by their greatest common divisor, then the table is doubled,
 * then weights are halved, until one round fits.
 */
final class SourceHashRuns {
    private static final int KERNEL_BITS = 8;
    private static final int MOST_BITS = 16;

    private final List<RealServer> realServers;
    private final int divisor;
    private final int shift;
    private final int bits;
    private final int starved;

    /**
     * @throws IllegalArgumentException for more real servers than the largest table has slots
     */
    SourceHashRuns(List<RealServer> realServers) {
        this.realServers = realServers;
        if (realServers.size() > 1 << MOST_BITS) {
            throw new IllegalArgumentException(
                    realServers.size()
                            + " real servers are too many for sh, which has 65536 slots");
        }
        starved = starved();
        int fits = KERNEL_BITS;
        int halvings = 0;
        divisor = starved == 0 ? 1 : Weights.greatestCommonDivisor(realServers, RealServer::weight);
        if (starved > 0) {
            while (fits < MOST_BITS && sum(divisor, 0) > 1L << fits) {
                fits++;
            }
            while (sum(divisor, halvings) > 1L << fits) {
                halvings++;
            }
        }
        bits = fits;
        shift = halvings;
    }

    private static int run(RealServer server, int divided, int halvings) {
        return Math.max(1, server.weight() / divided >> halvings);
    }

    private long sum(int divided, int halvings) {
        long sum = 0;
        for (RealServer server : realServers) {
            sum += run(server, divided, halvings);
        }
        return sum;
    }

    private int starved() {
        long before = 0;
        int late = 0;
        for (RealServer server : realServers) {
            late += server.weight() > 0 && before >= 1 << KERNEL_BITS ? 1 : 0;
            before += run(server, 1, 0);
        }
        return late;
    }

    /** Slots in a row for a real server of the list. */
    int of(RealServer server) {
        return run(server, divisor, shift);
    }

    /** Bits of the table's size. */
    int bits() {
        return bits;
    }

    /** What was changed, for the operator; empty where the kernel's rule gives everybody a slot. */
    List<String> warnings() {
        if (starved == 0) {
            return List.of();
        }
        return List.of(
                starved
                        + " of "
                        + realServers.size()
                        + " real servers would get none of the 256 slots of sh with these weights (sum "
                        + sum(1, 0)
                        + "); the sum is taken as "
                        + sum(divisor, shift)
                        + " and the table has "
                        + (1 << bits)
                        + " slots, so that each has one; smaller weights, or mh, need no such help");
    }
}
