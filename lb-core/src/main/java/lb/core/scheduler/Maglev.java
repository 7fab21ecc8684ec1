package lb.core.scheduler;

import java.util.List;
import java.util.Set;
import lb.core.service.Flow;
import lb.core.service.RealServer;
import lb.core.service.Scheduler;
import lb.core.service.SchedulerProvider;
import org.jspecify.annotations.Nullable;

/**
 * {@code mh}: Maglev hashing of the client's address, slot for slot as the kernel's, so that
 * directors of both kinds agree about every client. Computed from the flow and the list alone;
 * shared by all workers.
 */
final class Maglev implements Scheduler {
    private final MaglevTable table;
    private final boolean withPort;
    private final boolean withFallback;

    private Maglev(List<RealServer> realServers, Set<String> flags) {
        table = new MaglevTable(realServers);
        withPort = flags.contains(Provider.PORT);
        withFallback = flags.contains(Provider.FALLBACK);
    }

    @Override
    public @Nullable RealServer select(Flow flow) {
        int key =
                AddressHash.fold(flow.clientHigh(), flow.clientLow())
                        + (withPort ? flow.clientPort() : 0);
        int slot = MaglevTable.slotOf(key);
        RealServer server = table.at(slot);
        if (server == null || server.isUsable()) {
            return server;
        }
        return withFallback ? fallback(key, slot) : null;
    }

    /** Hashes again with growing offsets until a usable real server comes up. */
    private @Nullable RealServer fallback(int key, int first) {
        for (int offset = 0; offset < MaglevTable.KERNEL_SIZE; offset++) {
            int shifted = (offset + first) % MaglevTable.KERNEL_SIZE;
            RealServer server = table.at(MaglevTable.slotOf(shifted + key));
            if (server == null || server.isUsable()) {
                return server;
            }
        }
        return null;
    }

    /** Makes {@link Maglev} schedulers. */
    public static final class Provider implements SchedulerProvider {
        private static final String PORT = "mh-port";
        private static final String FALLBACK = "mh-fallback";

        @Override
        public String name() {
            return "mh";
        }

        @Override
        public String description() {
            return "Maglev hashing of the client's address: few clients move when the list changes";
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
            return new Maglev(realServers, flags);
        }
    }
}
