package lb.core.scheduler;

import java.util.List;
import java.util.Set;
import lb.core.service.Flow;
import lb.core.service.RealServer;
import lb.core.service.Scheduler;
import lb.core.service.SchedulerProvider;
import org.jspecify.annotations.Nullable;

/**
 * {@code rendezvous}: each real server draws a lot for the client, and the highest wins (Thaler and
 * Ravishankar, 1998); lots grow with the weight so that shares are exact. When one leaves, only its
 * own clients move. Asks every real server each time. Computed from the flow and the list alone;
 * shared by all workers.
 */
final class Rendezvous implements Scheduler {
    private final RealServer[] realServers;
    private final long[] seeds;
    private final boolean withPort;

    private Rendezvous(List<RealServer> realServers, Set<String> flags) {
        this.realServers = realServers.toArray(RealServer[]::new);
        seeds = new long[this.realServers.length];
        for (int i = 0; i < seeds.length; i++) {
            seeds[i] = AddressHash.seed(this.realServers[i]);
        }
        withPort = flags.contains(Provider.PORT);
    }

    @Override
    public @Nullable RealServer select(Flow flow) {
        long key = HashFlags.wideKey(flow, withPort);
        RealServer best = null;
        double highest = 0;
        for (int i = 0; i < seeds.length; i++) {
            RealServer server = realServers[i];
            int weight = server.weight();
            if (weight > 0 && server.isUsable()) {
                double lot = weight / -StrictMath.log(unit(AddressHash.wide(seeds[i], key, 0)));
                if (lot > highest) {
                    highest = lot;
                    best = server;
                }
            }
        }
        return best;
    }

    /**
     * A number above 0 and below 1 out of 64 random bits. The logarithm of it is {@link
     * StrictMath}'s, so that two directors agree to the last bit.
     */
    private static double unit(long bits) {
        return ((bits >>> 11) + 0.5) * 0x1.0p-53;
    }

    /** Makes {@link Rendezvous} schedulers. */
    public static final class Provider implements SchedulerProvider {
        private static final String PORT = "rendezvous-port";

        @Override
        public String name() {
            return "rendezvous";
        }

        @Override
        public String description() {
            return "highest random weight: exact shares, and only the clients of the one that leaves move";
        }

        @Override
        public Set<String> flags() {
            return Set.of(PORT);
        }

        @Override
        public boolean computable() {
            return true;
        }

        @Override
        public Scheduler create(List<RealServer> realServers, Set<String> flags) {
            return new Rendezvous(realServers, flags);
        }
    }
}
