package lb.core.scheduler;

import java.util.List;
import lb.core.service.RealServer;

/**
 * How many slots each real server takes in a round of filling a {@link MaglevTable}. Immutable.
 *
 * <p>The kernel's rule: the last weight above 0, divided by the greatest common divisor, shifted
 * right until the greatest has half as many bits as the table's size, but at least 1.
 */
final class MaglevTurns {
    private final List<RealServer> realServers;
    private final int size;
    private final int divisor;
    private final int shift;
    private final int kernelShift;

    private MaglevTurns(List<RealServer> realServers, int size, int divisor, int kernelShift) {
        this.realServers = realServers;
        this.size = size;
        this.divisor = divisor;
        this.kernelShift = kernelShift;
        int fits = kernelShift;
        if (divisor > 0 && starved(kernelShift) > 0) {
            while (sum(fits) > size) {
                fits++;
            }
        }
        shift = fits;
    }

    /**
     * The turns for a table of {@code size} slots.
     *
     * @throws IllegalArgumentException when there are more real servers with a weight than slots
     */
    static MaglevTurns of(List<RealServer> realServers, int size) {
        long weighted = realServers.stream().filter(server -> server.lastWeight() > 0).count();
        if (weighted > size) {
            throw new IllegalArgumentException(
                    weighted
                            + " real servers cannot share the "
                            + size
                            + " slots of mh: choose a larger mh_table_size, such as 65537 or 655373");
        }
        int divisor = Weights.greatestCommonDivisor(realServers, RealServer::lastWeight);
        int greatest =
                divisor == 0 ? 0 : Weights.greatest(realServers, RealServer::lastWeight) / divisor;
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(greatest);
        int kept = (Integer.SIZE - Integer.numberOfLeadingZeros(size)) / 2;
        return new MaglevTurns(realServers, size, divisor, Math.max(0, bits - kept));
    }

    private int turns(int index, int shifted) {
        int weight = realServers.get(index).lastWeight();
        return weight == 0 ? 0 : Math.max(1, weight / divisor >> shifted);
    }

    private long sum(int shifted) {
        long sum = 0;
        for (int i = 0; i < realServers.size() && divisor > 0; i++) {
            sum += turns(i, shifted);
        }
        return sum;
    }

    /** How many real servers come too late in the first round. */
    private int starved(int shifted) {
        int starved = 0;
        long before = 0;
        for (int i = 0; i < realServers.size(); i++) {
            int turns = turns(i, shifted);
            starved += turns > 0 && before >= size ? 1 : 0;
            before += turns;
        }
        return starved;
    }

    /** Slots that real server number {@code index} of the list takes in each round. */
    int of(int index) {
        return turns(index, shift);
    }

    /** Slots that all take in one round; 0 without weights. */
    long sum() {
        return sum(shift);
    }

    /** What was changed, for the operator; empty where the kernel's rule gives everybody a slot. */
    List<String> warnings() {
        if (shift == kernelShift) {
            return List.of();
        }
        return List.of(
                starved(kernelShift)
                        + " of "
                        + realServers.size()
                        + " real servers would get none of the "
                        + size
                        + " slots with these weights ("
                        + sum(kernelShift)
                        + " turns in a round); the weights are taken as coarser, "
                        + sum(shift)
                        + " turns in a round, so that each has a slot; a larger mh_table_size keeps them finer");
    }
}
