package lb.core.scheduler;

import java.util.List;
import java.util.Set;
import lb.core.service.Flow;
import lb.core.service.RealServer;
import lb.core.service.Scheduler;
import lb.core.service.SchedulerProvider;
import org.jspecify.annotations.Nullable;

/**
 * {@code sh}: a table of 256 slots, dealt in runs of each weight, looked up by a hash of the
 * client's address. Computed from the flow and the list alone; shared by all workers.
 */
final class SourceHash implements Scheduler {
    private static final int SIZE = 256;

    private final @Nullable RealServer[] slots = new RealServer[SIZE];
    private final boolean withPort;
    private final boolean withFallback;

    private SourceHash(List<RealServer> realServers, Set<String> flags) {
        withPort = flags.contains(Provider.PORT);
        withFallback = flags.contains(Provider.FALLBACK);
        for (int slot = 0; slot < SIZE && !realServers.isEmpty(); ) {
            for (RealServer server : realServers) {
                for (int run = Math.max(1, server.weight());
                        run > 0 && slot < SIZE;
                        run--, slot++) {
                    slots[slot] = server;
                }
            }
        }
    }

    @Override
    public @Nullable RealServer select(Flow flow) {
        int hash =
                AddressHash.multiplicative(
                        AddressHash.fold(flow.clientHigh(), flow.clientLow())
                                + (withPort ? flow.clientPort() : 0));
        RealServer server = slots[hash];
        if (server == null || server.isUsable()) {
            return server;
        }
        return withFallback ? fallback(hash) : null;
    }

    private @Nullable RealServer fallback(int hash) {
        for (int offset = 0; offset < SIZE; offset++) {
            int shifted = (offset + hash) & (SIZE - 1);
            RealServer server = slots[(shifted + hash) & (SIZE - 1)];
            if (server == null || server.isUsable()) {
                return server;
            }
        }
        return null;
    }

    /** Makes {@link SourceHash} schedulers. */
    public static final class Provider implements SchedulerProvider {
        private static final String PORT = "sh-port";
        private static final String FALLBACK = "sh-fallback";

        @Override
        public String name() {
            return "sh";
        }

        @Override
        public String description() {
            return "source hashing: 256 slots by the client's address; many clients move when the list changes";
        }

        @Override
        public Set<String> flags() {
            return Set.of(PORT, FALLBACK);
        }

        @Override
        public boolean computable() {
            return true;
        }

        @Override
        public Scheduler create(List<RealServer> realServers, Set<String> flags) {
            return new SourceHash(realServers, flags);
        }
    }
}
