package lb.core.scheduler;

import java.util.List;
import java.util.Set;
import lb.core.service.Flow;
import lb.core.service.RealServer;
import lb.core.service.Scheduler;
import lb.core.service.SchedulerOption;
import lb.core.service.SchedulerProvider;
import lb.core.service.SlotTable;
import org.jspecify.annotations.Nullable;

/**
 * {@code mh}: Maglev hashing of the client's address, slot for slot as the kernel's, so that
 * directors of both kinds agree about every client. Computed from the flow and the list alone;
 * shared by all workers.
 */
final class Maglev implements Scheduler, SlotTable {
    private final List<RealServer> realServers;
    private final MaglevTable table;
    private final boolean withPort;
    private final boolean withFallback;

    private Maglev(List<RealServer> realServers, Set<String> flags) {
        this.realServers = realServers;
        table = new MaglevTable(realServers, HashFlags.tableSize(flags));
        withPort = flags.contains(Provider.PORT);
        withFallback = flags.contains(Provider.FALLBACK);
    }

    @Override
    public @Nullable RealServer select(Flow flow) {
        int key = HashFlags.kernelKey(flow, withPort);
        int slot = table.slotOf(key);
        RealServer server = table.at(slot);
        if (server == null || server.isUsable()) {
            return server;
        }
        return withFallback && Weights.isAnyUsable(realServers) ? fallback(key, slot) : null;
    }

    /** Hashes again with growing offsets until a usable real server comes up. */
    private @Nullable RealServer fallback(int key, int first) {
        for (int offset = 0; offset < table.size(); offset++) {
            int shifted = (offset + first) % table.size();
            RealServer server = table.at(table.slotOf(shifted + key));
            if (server == null || server.isUsable()) {
                return server;
            }
        }
        return null;
    }

    @Override
    public int slots() {
        return table.size();
    }

    @Override
    public @Nullable RealServer slot(int index) {
        return table.at(index);
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
        public List<SchedulerOption> options() {
            return List.of(MaglevTable.SIZE_OPTION);
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
            return MaglevTurns.of(realServers, HashFlags.tableSize(flags)).warnings();
        }

        @Override
        public Scheduler create(List<RealServer> realServers, Set<String> flags) {
            return new Maglev(realServers, flags);
        }
    }
}
