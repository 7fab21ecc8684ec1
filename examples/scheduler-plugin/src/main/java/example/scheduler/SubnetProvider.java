package example.scheduler;

import java.util.List;
import java.util.Set;
import lb.core.service.RealServer;
import lb.core.service.Scheduler;
import lb.core.service.SchedulerOption;
import lb.core.service.SchedulerProvider;

/** Makes {@link Subnet} schedulers; named in META-INF/services, where lb looks for it. */
public final class SubnetProvider implements SchedulerProvider {
    private static final int DEFAULT_PREFIX = 24;
    private static final SchedulerOption PREFIX =
            new SchedulerOption(
                    "prefix",
                    "0 to 32, such as 24",
                    value -> value.matches("[0-9]|[12][0-9]|3[0-2]"));

    @Override
    public String name() {
        return "subnet";
    }

    @Override
    public String description() {
        return "the clients of one network (prefix=24, IPv6: /64) share a real server";
    }

    @Override
    public List<SchedulerOption> options() {
        return List.of(PREFIX);
    }

    /**
     * The choice follows from the client's address and the list of real servers: so lb remembers no
     * SYN, and a second director computes the same.
     */
    @Override
    public boolean computable() {
        return true;
    }

    @Override
    public Scheduler create(List<RealServer> realServers, Set<String> flags) {
        String prefix = PREFIX.valueIn(flags);
        return new Subnet(realServers, prefix == null ? DEFAULT_PREFIX : Integer.parseInt(prefix));
    }
}
