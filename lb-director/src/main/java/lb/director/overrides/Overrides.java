package lb.director.overrides;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import lb.core.service.Gate;
import lb.core.service.Persistence;
import lb.core.service.RealServerDefinition;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceKey;
import lb.core.wire.IpAddress;
import lb.director.overrides.ServiceOverride.Origin;
import org.jspecify.annotations.Nullable;

/**
 * All that commands changed: laid over the configuration it is the desired state. Immutable; any
 * thread.
 *
 * @param services by key, in the order in which commands named them first
 * @param timeouts in place of the configuration's
 */
public record Overrides(Map<ServiceKey, ServiceOverride> services, TimeoutsOverride timeouts) {
    /** Nothing but the configuration. */
    public static final Overrides NONE = new Overrides(Map.of(), TimeoutsOverride.NONE);

    /** Copies the map. */
    public Overrides {
        services = Collections.unmodifiableMap(new LinkedHashMap<>(services));
    }

    /** The override of one service; an empty one where there is none. */
    public ServiceOverride service(ServiceKey key) {
        return services.getOrDefault(key, ServiceOverride.NONE);
    }

    /** The scheduler that a command chose for a service, or null for the configuration's. */
    public @Nullable SchedulerChoice schedulerOf(ServiceKey key) {
        return service(key).scheduler();
    }

    /** The same with another override of one service. */
    public Overrides with(ServiceKey key, ServiceOverride override) {
        Map<ServiceKey, ServiceOverride> changed = new LinkedHashMap<>(services);
        if (override.isEmpty()) {
            changed.remove(key);
        } else {
            changed.put(key, override);
        }
        return new Overrides(changed, timeouts);
    }

    /** The same with other timeouts. */
    public Overrides with(TimeoutsOverride other) {
        return new Overrides(services, other);
    }

    /**
     * The services as they are to be: the configuration's in its order, then those that were added.
     *
     * @param gates the gate of each VIP, for services that were added
     */
    public List<ServiceDefinition> on(
            List<ServiceDefinition> configured, Function<IpAddress, Gate> gates) {
        List<ServiceDefinition> wanted = new ArrayList<>();
        for (ServiceDefinition base : configured) {
            ServiceOverride override = service(base.key());
            if (override.origin() != Origin.REMOVED) {
                wanted.add(override.isEmpty() ? base : override.on(base));
            }
        }
        Set<ServiceKey> known = keys(configured);
        services.forEach((key, override) -> {
            if (override.origin() == Origin.ADDED && !known.contains(key)) {
                wanted.add(override.on(empty(key, gates.apply(key.address()))));
            }
        });
        return List.copyOf(wanted);
    }

    private static ServiceDefinition empty(ServiceKey key, Gate gate) {
        return new ServiceDefinition(key, "", Set.of(), Persistence.NONE, false, List.of(), gate);
    }

    private static Set<ServiceKey> keys(List<ServiceDefinition> services) {
        return services.stream().map(ServiceDefinition::key).collect(Collectors.toSet());
    }

    /** The same when deadlines that have come are past. */
    public Overrides at(long nowNanos) {
        Map<ServiceKey, ServiceOverride> changed = new LinkedHashMap<>();
        services.forEach((key, override) -> {
            ServiceOverride later = override;
            for (Map.Entry<IpAddress, RealServerOverride> entry :
                    override.realServers().entrySet()) {
                Departure then = entry.getValue().departure().at(nowNanos);
                later = later.with(entry.getKey(), entry.getValue().departing(then));
            }
            changed.put(key, later);
        });
        return new Overrides(changed, timeouts);
    }

    /**
     * What of it still has a meaning over a configuration.
     *
     * @param lost gets a line for each override whose object the configuration no longer has
     */
    public Overrides over(List<ServiceDefinition> configured, List<String> lost) {
        Overrides kept = this;
        Map<ServiceKey, ServiceDefinition> byKey =
                configured.stream().collect(Collectors.toMap(ServiceDefinition::key, s -> s));
        for (Map.Entry<ServiceKey, ServiceOverride> entry : services.entrySet()) {
            ServiceKey key = entry.getKey();
            ServiceDefinition base = byKey.get(key);
            if (base == null && entry.getValue().origin() != Origin.ADDED) {
                kept = kept.with(key, ServiceOverride.NONE);
                if (entry.getValue().origin() == Origin.CONFIGURED) {
                    lost.add("the overrides of " + key + " go with it");
                }
            } else {
                List<IpAddress> gone = new ArrayList<>();
                kept = kept.with(key, entry.getValue().reduced(addresses(base), gone));
                for (IpAddress address : gone) {
                    lost.add("the override of " + address + " in " + key + " goes with it");
                }
            }
        }
        return kept;
    }

    private static Set<IpAddress> addresses(@Nullable ServiceDefinition service) {
        Set<IpAddress> addresses = new HashSet<>();
        if (service != null) {
            for (RealServerDefinition server : service.realServers()) {
                addresses.add(server.address());
            }
        }
        return addresses;
    }
}
