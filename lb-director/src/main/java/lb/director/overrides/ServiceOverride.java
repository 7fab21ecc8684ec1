package lb.director.overrides;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lb.core.service.RealServerDefinition;
import lb.core.service.ServiceDefinition;
import lb.core.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * What commands made of one service. Immutable; any thread.
 *
 * @param origin where the service comes from
 * @param scheduler in place of the configuration's; null = the configuration's
 * @param stickiness in place of the configuration's; null = the configuration's
 * @param realServers by address, in the order in which commands named them first
 */
public record ServiceOverride(
        Origin origin,
        @Nullable SchedulerChoice scheduler,
        @Nullable Stickiness stickiness,
        Map<IpAddress, RealServerOverride> realServers) {
    /** Where a service comes from. */
    public enum Origin {
        /** The configuration; the rest of the override is laid over it. */
        CONFIGURED,
        /** A command: nothing that the configuration may say of it counts. */
        ADDED,
        /** It was removed by a command. */
        REMOVED
    }

    static final ServiceOverride NONE =
            new ServiceOverride(Origin.CONFIGURED, null, null, Map.of());
    static final ServiceOverride REMOVED =
            new ServiceOverride(Origin.REMOVED, null, null, Map.of());

    /** Copies the map. */
    public ServiceOverride {
        realServers = Collections.unmodifiableMap(new LinkedHashMap<>(realServers));
        if (origin == Origin.ADDED && (scheduler == null || stickiness == null)) {
            throw new IllegalArgumentException("a service that is added has a scheduler");
        }
    }

    static ServiceOverride added(SchedulerChoice scheduler, Stickiness stickiness) {
        return new ServiceOverride(Origin.ADDED, scheduler, stickiness, Map.of());
    }

    ServiceOverride with(SchedulerChoice choice) {
        return new ServiceOverride(origin, choice, stickiness, realServers);
    }

    ServiceOverride with(Stickiness other) {
        return new ServiceOverride(origin, scheduler, other, realServers);
    }

    /** The override of one real server. */
    RealServerOverride realServer(IpAddress address) {
        return realServers.getOrDefault(address, RealServerOverride.NONE);
    }

    ServiceOverride with(IpAddress address, RealServerOverride override) {
        Map<IpAddress, RealServerOverride> changed = new LinkedHashMap<>(realServers);
        if (override.isEmpty()) {
            changed.remove(address);
        } else {
            changed.put(address, override);
        }
        return new ServiceOverride(origin, scheduler, stickiness, changed);
    }

    boolean isEmpty() {
        return equals(NONE);
    }

    /**
     * The service as it is to be.
     *
     * @param base the configuration's; for a service that was added only its key counts, and its
     *     gate
     */
    ServiceDefinition on(ServiceDefinition base) {
        Map<IpAddress, RealServerDefinition> wanted = new LinkedHashMap<>();
        if (origin == Origin.CONFIGURED) {
            base.realServers().forEach(server -> wanted.put(server.address(), server));
        }
        Set<IpAddress> leaving = new HashSet<>();
        realServers.forEach((address, override) -> {
            RealServerDefinition server = override.on(wanted.get(address));
            if (server == null) {
                wanted.remove(address);
            } else {
                wanted.put(address, server);
            }
            if (override.departure() instanceof Departure.Leaving) {
                leaving.add(address);
            }
        });
        return new ServiceDefinition(
                base.key(),
                scheduler == null ? base.scheduler() : scheduler.name(),
                scheduler == null ? base.flags() : scheduler.flags(),
                stickiness == null ? base.persistence() : stickiness.persistence(),
                stickiness == null ? base.onePacket() : stickiness.onePacket(),
                List.copyOf(wanted.values()),
                leaving,
                base.gate());
    }

    /** Without what has no meaning any more; what was lost by a change of the configuration. */
    ServiceOverride reduced(Set<IpAddress> configured, List<IpAddress> lost) {
        Set<IpAddress> below = origin == Origin.CONFIGURED ? configured : Set.of();
        ServiceOverride reduced = this;
        for (IpAddress address : new ArrayList<>(realServers.keySet())) {
            RealServerOverride override = realServer(address);
            boolean known = below.contains(address) || override.definition() != null;
            if (override.departure() instanceof Departure.Gone && !below.contains(address)) {
                reduced = reduced.with(address, RealServerOverride.NONE);
            } else if (override.isListed() && !known) {
                reduced = reduced.with(address, RealServerOverride.NONE);
                lost.add(address);
            }
        }
        return reduced;
    }
}
