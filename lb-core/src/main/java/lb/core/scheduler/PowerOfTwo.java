package lb.core.scheduler;

import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import lb.core.service.Flow;
import lb.core.service.RealServer;
import lb.core.service.Scheduler;
import lb.core.service.SchedulerProvider;
import org.jspecify.annotations.Nullable;

/**
 * {@code twos}: two draws by weight, and of the two the smaller load per weight. Owned by one
 * worker.
 */
final class PowerOfTwo implements Scheduler {
    private final List<RealServer> realServers;
    private final RandomGenerator random = RandomGenerator.of("L64X128MixRandom");

    private PowerOfTwo(List<RealServer> realServers) {
        this.realServers = realServers;
    }

    @Override
    public @Nullable RealServer select(Flow flow) {
        long total = 0;
        for (RealServer server : realServers) {
            total += server.isUsable() ? server.weight() : 0;
        }
        if (total == 0) {
            return null;
        }
        RealServer first = at(random.nextLong(total));
        RealServer second = at(random.nextLong(total));
        if (first == null || second == null) {
            return first == null ? second : first;
        }
        return first.overhead() * second.weight() > second.overhead() * first.weight()
                ? second
                : first;
    }

    /**
     * The real server in whose share of the weights {@code point} lies; null if a weight fell
     * meanwhile.
     */
    private @Nullable RealServer at(long point) {
        long rest = point;
        for (RealServer server : realServers) {
            rest -= server.isUsable() ? server.weight() : 0;
            if (rest < 0) {
                return server;
            }
        }
        return null;
    }

    /** Makes {@link PowerOfTwo} schedulers. */
    public static final class Provider implements SchedulerProvider {
        @Override
        public String name() {
            return "twos";
        }

        @Override
        public String description() {
            return "power of two choices: the lighter of two random real servers";
        }

        @Override
        public Scheduler create(List<RealServer> realServers, Set<String> flags) {
            return new PowerOfTwo(realServers);
        }
    }
}
