package lb.core.scheduler;

import java.math.BigDecimal;
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
 * {@code mh-bounded}: Maglev hashing with bounded loads (Mirrokni, Thorup and Zadimoghaddam, SODA
 * 2018): who has more than the load factor times its share of the connections passes newcomers on
 * to the owners of the slots behind. Looks at live loads; owned by one worker.
 */
final class BoundedMaglev implements Scheduler, SlotTable {
    /** Slots looked at before the lightest is searched in the list. */
    private static final int MOST_STEPS = 1_024;

    private final List<RealServer> realServers;
    private final MaglevTable table;
    private final boolean withPort;
    private final double factor;

    private BoundedMaglev(List<RealServer> realServers, Set<String> flags) {
        this.realServers = realServers;
        table = new MaglevTable(realServers, HashFlags.tableSize(flags));
        withPort = flags.contains(Provider.PORT);
        String said = Provider.LOAD_FACTOR.valueIn(flags);
        factor = Double.parseDouble(said == null ? Provider.DEFAULT_FACTOR : said);
    }

    @Override
    public @Nullable RealServer select(Flow flow) {
        long load = 1; // the newcomer counts
        long weight = 0;
        for (RealServer server : realServers) {
            if (server.isUsable()) {
                load += load(server);
                weight += server.weight();
            }
        }
        double capacityPerWeight = factor * load / Math.max(1, weight);
        int slot = table.slotOf(HashFlags.kernelKey(flow, withPort));
        int steps = Math.min(MOST_STEPS, table.size());
        for (int step = 0; step < steps; step++) {
            RealServer server = table.at(slot);
            if (server != null && server.isUsable() && hasRoom(server, capacityPerWeight)) {
                return server;
            }
            slot = slot + 1 == table.size() ? 0 : slot + 1;
        }
        return lightest();
    }

    private static long load(RealServer server) {
        return (long) server.activeConnections() + server.inactiveConnections();
    }

    private static boolean hasRoom(RealServer server, double capacityPerWeight) {
        return load(server) < Math.ceil(capacityPerWeight * server.weight());
    }

    private @Nullable RealServer lightest() {
        RealServer least = null;
        for (RealServer server : realServers) {
            if (server.isUsable()
                    && (least == null
                            || load(server) * least.weight() < load(least) * server.weight())) {
                least = server;
            }
        }
        return least;
    }

    @Override
    public int slots() {
        return table.size();
    }

    @Override
    public @Nullable RealServer slot(int index) {
        return table.at(index);
    }

    /** Makes {@link BoundedMaglev} schedulers. */
    public static final class Provider implements SchedulerProvider {
        private static final String PORT = "mh-port";
        private static final String DEFAULT_FACTOR = "1.25";
        private static final SchedulerOption LOAD_FACTOR =
                new SchedulerOption(
                        "load-factor", "1.01 to 100, such as 1.25", Provider::isLoadFactor);

        private static boolean isLoadFactor(String value) {
            if (!value.matches("[0-9]{1,3}(\\.[0-9]{1,6})?")) {
                return false;
            }
            BigDecimal factor = new BigDecimal(value);
            return factor.compareTo(new BigDecimal("1.01")) >= 0
                    && factor.compareTo(BigDecimal.valueOf(100)) <= 0;
        }

        @Override
        public String name() {
            return "mh-bounded";
        }

        @Override
        public String description() {
            return "Maglev hashing with bounded loads: who has load-factor times its share passes newcomers on";
        }

        @Override
        public Set<String> flags() {
            return Set.of(PORT);
        }

        @Override
        public List<SchedulerOption> options() {
            return List.of(MaglevTable.SIZE_OPTION, LOAD_FACTOR);
        }

        @Override
        public boolean keyed() {
            return true;
        }

        @Override
        public List<String> warnings(List<RealServer> realServers, Set<String> flags) {
            return MaglevTurns.of(realServers, HashFlags.tableSize(flags)).warnings();
        }

        @Override
        public Scheduler create(List<RealServer> realServers, Set<String> flags) {
            return new BoundedMaglev(realServers, flags);
        }
    }
}
