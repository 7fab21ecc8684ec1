package lb.core.scheduler;

import java.util.List;
import java.util.Set;
import lb.core.service.Flow;
import lb.core.service.RealServer;
import lb.core.service.Scheduler;
import lb.core.service.SchedulerProvider;
import org.jspecify.annotations.Nullable;

/**
 * {@code dh}: a table of 256 slots, dealt one by one, looked up by a hash of the VIP; with one VIP
 * all goes to one real server. Computed from the flow and the list alone; shared by all workers.
 */
final class DestinationHash implements Scheduler {
    private static final int SIZE_BITS = 8;

    private final List<RealServer> realServers;

    private DestinationHash(List<RealServer> realServers) {
        this.realServers = realServers;
    }

    @Override
    public @Nullable RealServer select(Flow flow) {
        if (realServers.isEmpty()) {
            return null;
        }
        int slot =
                AddressHash.multiplicative(
                        AddressHash.fold(flow.serviceHigh(), flow.serviceLow()), SIZE_BITS);
        RealServer server = realServers.get(slot % realServers.size());
        return server.isUsable() ? server : null;
    }

    /** Makes {@link DestinationHash} schedulers. */
    public static final class Provider implements SchedulerProvider {
        @Override
        public String name() {
            return "dh";
        }

        @Override
        public String description() {
            return "destination hashing: by the VIP, so one VIP has one real server";
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
        public Scheduler create(List<RealServer> realServers, Set<String> flags) {
            return new DestinationHash(realServers);
        }
    }
}
