package lb.core.scheduler;

import java.util.List;
import java.util.Set;
import lb.core.service.Flow;
import lb.core.service.RealServer;
import lb.core.service.Scheduler;
import lb.core.service.SchedulerProvider;
import lb.core.service.SlotTable;
import org.jspecify.annotations.Nullable;

/**
 * {@code sh}: a table of 256 slots, dealt in runs of each weight, looked up by a hash of the
 * client's address. Computed from the flow and the list alone; shared by all workers.
 */
final class SourceHash implements Scheduler, SlotTable {
    private final @Nullable RealServer[] slots;
    private final int bits;
    private final boolean withPort;
    private final boolean withFallback;

    private SourceHash(List<RealServer> realServers, Set<String> flags) {
        withPort = flags.contains(Provider.PORT);
        withFallback = flags.contains(Provider.FALLBACK);
        SourceHashRuns runs = new SourceHashRuns(realServers);
        bits = runs.bits();
        slots = new RealServer[1 << bits];
        for (int slot = 0; slot < slots.length && !realServers.isEmpty(); ) {
            for (RealServer server : realServers) {
                for (int run = runs.of(server); run > 0 && slot < slots.length; run--, slot++) {
                    slots[slot] = server;
                }
            }
        }
    }

    @Override
    public @Nullable RealServer select(Flow flow) {
        int hash = AddressHash.multiplicative(HashFlags.kernelKey(flow, withPort), bits);
        RealServer server = slots[hash];
        if (server == null || server.isUsable()) {
            return server;
        }
        return withFallback ? fallback(hash) : null;
    }

    private @Nullable RealServer fallback(int hash) {
        for (int offset = 0; offset < slots.length; offset++) {
            int shifted = (offset + hash) & (slots.length - 1);
            RealServer server = slots[(shifted + hash) & (slots.length - 1)];
            if (server == null || server.isUsable()) {
                return server;
            }
        }
        return null;
    }

    @Override
    public int slots() {
        return slots.length;
    }

    @Override
    public @Nullable RealServer slot(int index) {
        return slots[index];
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
        public boolean mayRefuse() {
            return true;
        }

        @Override
        public List<String> warnings(List<RealServer> realServers, Set<String> flags) {
            return new SourceHashRuns(realServers).warnings();
        }

        @Override
        public Scheduler create(List<RealServer> realServers, Set<String> flags) {
            return new SourceHash(realServers, flags);
        }
    }
}
