package lb.core.scheduler;

import java.util.List;
import java.util.Set;
import lb.core.service.Flow;
import lb.core.service.RealServer;
import lb.core.service.Scheduler;
import lb.core.service.SchedulerProvider;
import org.jspecify.annotations.Nullable;

/**
 * {@code wrr}: turns in proportion to the weights, interleaved. Owned by one worker.
 *
 * <p>A threshold falls from the greatest weight in steps of the weights' greatest common divisor;
 * each pass over the list takes the real servers whose weight reaches it.
 */
final class WeightedRoundRobin implements Scheduler {
    private final List<RealServer> realServers;
    private final int step;
    private final int highest;
    private int threshold;
    private int last = -1;

    private WeightedRoundRobin(List<RealServer> realServers) {
        this.realServers = realServers;
        step = Weights.greatestCommonDivisor(realServers, RealServer::weight);
        // The lowest threshold of the highest pass, so that the lowest pass of all ends at 1.
        highest = Weights.greatest(realServers, RealServer::weight) - (step - 1);
        threshold = firstThreshold();
    }

    /**
     * Where the threshold stands after the real servers were added one by one, as they are to the
     * kernel.
     */
    private int firstThreshold() {
        int first = 0;
        for (int i = realServers.size() - 1; i >= 0; i--) {
            List<RealServer> added = realServers.subList(i, realServers.size());
            int divisor = Weights.greatestCommonDivisor(added, RealServer::weight);
            int greatest = Weights.greatest(added, RealServer::weight) - (divisor - 1);
            first = adjusted(first, divisor, greatest);
        }
        return first;
    }

    /**
     * What a change of the list makes of a threshold: still one of the steps, and not above the
     * highest.
     */
    private static int adjusted(int threshold, int step, int highest) {
        if (threshold <= 0 || threshold > highest) {
            return highest;
        }
        return step > 1 ? threshold / step * step + 1 : threshold;
    }

    @Override
    public @Nullable RealServer select(Flow flow) {
        int size = realServers.size();
        int reachable = greatestUsable();
        // The rest of this pass and one whole pass more: the next threshold is one that somebody
        // reaches.
        for (int look = 0; look < 2 * size && reachable > 0 && step > 0; look++) {
            last++;
            if (last == size) {
                last = 0;
                threshold = nextThreshold(reachable);
            }
            RealServer server = realServers.get(last);
            if (server.isUsable() && server.weight() >= threshold) {
                return server;
            }
        }
        return null;
    }

    private int greatestUsable() {
        int greatest = 0;
        for (RealServer server : realServers) {
            greatest = server.isUsable() ? Math.max(greatest, server.weight()) : greatest;
        }
        return greatest;
    }

    /**
     * One step down, or all the way round; passes in which no weight reaches the threshold are left
     * out.
     */
    private int nextThreshold(int reachable) {
        int next = threshold - step > 0 ? threshold - step : highest;
        return next > reachable ? next - (next - reachable + step - 1) / step * step : next;
    }

    /**
     * Starts at the head of the changed list, as the kernel does, but keeps the threshold where it
     * was.
     */
    @Override
    public void continueFrom(Scheduler predecessor) {
        if (predecessor instanceof WeightedRoundRobin before) {
            threshold = adjusted(before.threshold, step, highest);
        }
    }

    /** Makes {@link WeightedRoundRobin} schedulers. */
    public static final class Provider implements SchedulerProvider {
        @Override
        public String name() {
            return "wrr";
        }

        @Override
        public String description() {
            return "weighted round robin: turns in proportion to the weights";
        }

        @Override
        public Scheduler create(List<RealServer> realServers, Set<String> flags) {
            return new WeightedRoundRobin(realServers);
        }
    }
}
