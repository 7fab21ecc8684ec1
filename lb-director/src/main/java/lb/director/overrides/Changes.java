package lb.director.overrides;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import lb.core.service.Gate;
import lb.core.service.Persistence;
import lb.core.service.Protocol;
import lb.core.service.RealServerDefinition;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceKey;
import lb.core.wire.IpAddress;
import lb.director.control.Change;
import lb.director.control.ControlException;

/**
 * Changes of the overrides by command: (configuration, overrides, change) to overrides. Stateless;
 * any thread.
 */
public final class Changes {
    private final List<ServiceDefinition> configured;
    private final Overrides before;
    private final long nowNanos;

    private Changes(List<ServiceDefinition> configured, Overrides before, long nowNanos) {
        this.configured = configured;
        this.before = before;
        this.nowNanos = nowNanos;
    }

    /**
     * The overrides after a change.
     *
     * @param configured the services of the configuration
     * @param nowNanos as by {@link System#nanoTime}, for deadlines
     * @throws ControlException when it cannot be made; says why, and names what there is
     */
    public static Overrides apply(
            Change change, List<ServiceDefinition> configured, Overrides overrides, long nowNanos)
            throws ControlException {
        try {
            return new Changes(configured, overrides, nowNanos)
                    .after(change)
                    .over(configured, new ArrayList<>());
        } catch (IllegalArgumentException e) {
            throw new ControlException(String.valueOf(e.getMessage()), e);
        }
    }

    private Overrides after(Change change) throws ControlException {
        return switch (change) {
            case Change.AddService add -> add(add);
            case Change.EditService edit -> {
                ServiceKey key = find(edit.service());
                Change.Balancing balancing = edit.balancing();
                yield before.with(
                        key,
                        before.service(key)
                                .with(scheduler(balancing))
                                .with(stickiness(key, balancing)));
            }
            case Change.SetScheduler set -> {
                ServiceKey key = find(set.service());
                SchedulerChoice choice =
                        new SchedulerChoice(set.scheduler(), Set.copyOf(set.flags()));
                yield before.with(key, before.service(key).with(choice));
            }
            case Change.RemoveService remove -> remove(find(remove.service()));
            case Change.RemoveAllServices _ -> removeAll();
            case Change.AddServer add -> add(add);
            case Change.EditServer edit -> edit(edit);
            case Change.SetWeight set -> setWeight(set);
            case Change.Drain drain -> drain(drain);
            case Change.Undrain undrain -> undrain(undrain);
            case Change.RemoveServer remove -> remove(remove);
            case Change.ClearOverrides clear -> clear(clear);
            case Change.SetTimeouts set ->
                    before.with(
                            before.timeouts()
                                    .then(
                                            new TimeoutsOverride(
                                                    set.tcpSeconds(),
                                                    set.tcpFinSeconds(),
                                                    set.udpSeconds())));
        };
    }

    private List<ServiceDefinition> effective() {
        return before.on(configured, _ -> Gate.ALWAYS_OPEN);
    }

    private ServiceKey find(String service) throws ControlException {
        return ServiceNames.find(
                service, effective().stream().map(ServiceDefinition::key).toList());
    }

    private ServiceDefinition definition(ServiceKey key) {
        return effective().stream()
                .filter(service -> service.key().equals(key))
                .findFirst()
                .orElseThrow();
    }

    private Overrides add(Change.AddService add) throws ControlException {
        ServiceKey key = ServiceNames.key(add.service());
        if (effective().stream().anyMatch(service -> service.key().equals(key))) {
            throw new ControlException(key + " is there already");
        }
        // First away, so that it is added as the last one, as its place in the list says.
        return before.with(key, ServiceOverride.NONE)
                .with(
                        key,
                        ServiceOverride.added(
                                scheduler(add.balancing()), stickiness(key, add.balancing())));
    }

    private static SchedulerChoice scheduler(Change.Balancing balancing) {
        return new SchedulerChoice(balancing.scheduler(), Set.copyOf(balancing.flags()));
    }

    private static Stickiness stickiness(ServiceKey key, Change.Balancing balancing)
            throws ControlException {
        if (balancing.onePacket() && key.protocol() != Protocol.UDP) {
            throw new ControlException(key + ": one-packet scheduling is for UDP alone");
        }
        if (key.port() == 0 && !key.isMark() && balancing.persistenceSeconds() == 0) {
            throw new ControlException(key + ": port 0, which means all ports, needs persistence");
        }
        Persistence persistence =
                balancing.persistenceSeconds() == 0
                        ? Persistence.NONE
                        : new Persistence(
                                balancing.persistenceSeconds(),
                                balancing.persistencePrefixLength());
        return new Stickiness(persistence, balancing.onePacket());
    }

    private Overrides remove(ServiceKey key) {
        boolean isConfigured = configured.stream().anyMatch(service -> service.key().equals(key));
        return before.with(key, isConfigured ? ServiceOverride.REMOVED : ServiceOverride.NONE);
    }

    private Overrides removeAll() {
        Overrides left = new Overrides(Map.of(), before.timeouts());
        for (ServiceDefinition service : configured) {
            left = left.with(service.key(), ServiceOverride.REMOVED);
        }
        return left;
    }

    private Overrides add(Change.AddServer add) throws ControlException {
        ServiceKey key = find(add.service());
        IpAddress address = ServiceNames.address(add.realServer(), key);
        if (definition(key).realServers().stream()
                .anyMatch(server -> server.address().equals(address))) {
            throw new ControlException(key + " has the real server " + address + " already");
        }
        RealServerDefinition definition =
                new RealServerDefinition(
                        address,
                        key.port(),
                        add.weight(),
                        add.upperThreshold(),
                        add.lowerThreshold());
        ServiceOverride anew = before.service(key).with(address, RealServerOverride.NONE);
        return before.with(key, anew.with(address, RealServerOverride.of(definition)));
    }

    private Overrides edit(Change.EditServer edit) throws ControlException {
        ServiceKey key = find(edit.service());
        IpAddress address = ServiceNames.find(edit.realServer(), definition(key));
        RealServerDefinition definition =
                new RealServerDefinition(
                        address,
                        key.port(),
                        edit.weight(),
                        edit.upperThreshold(),
                        edit.lowerThreshold());
        return with(key, address, RealServerOverride.of(definition));
    }

    private Overrides with(ServiceKey key, IpAddress address, RealServerOverride override) {
        return before.with(key, before.service(key).with(address, override));
    }

    private Overrides setWeight(Change.SetWeight set) throws ControlException {
        ServiceKey key = find(set.service());
        IpAddress address = ServiceNames.find(set.realServer(), definition(key));
        if (set.weight() < 0 || set.weight() > RealServerDefinition.MAX_WEIGHT) {
            throw new ControlException("weight " + set.weight() + " is not in 0..65535");
        }
        RealServerOverride now = before.service(key).realServer(address);
        return with(key, address, now.withWeight(set.weight()).departing(new Departure.None()));
    }

    private Overrides drain(Change.Drain drain) throws ControlException {
        ServiceKey key = find(drain.service());
        IpAddress address = ServiceNames.find(drain.realServer(), definition(key));
        Long seconds = drain.deadlineSeconds();
        Departure how = new Departure.Draining(seconds == null ? null : (Long) deadline(seconds));
        return with(key, address, before.service(key).realServer(address).departing(how));
    }

    private long deadline(long seconds) {
        if (seconds < 0 || seconds > TimeUnit.DAYS.toSeconds(31)) {
            throw new IllegalArgumentException(
                    "a deadline of " + seconds + " s is not in 0..31 days");
        }
        return nowNanos + TimeUnit.SECONDS.toNanos(seconds);
    }

    private Overrides undrain(Change.Undrain undrain) throws ControlException {
        ServiceKey key = find(undrain.service());
        IpAddress address = ServiceNames.address(undrain.realServer(), key);
        RealServerOverride now = before.service(key).realServer(address);
        if (now.departure() instanceof Departure.None) {
            // Says so, also where the real server is not there at all.
            IpAddress there = ServiceNames.find(undrain.realServer(), definition(key));
            throw new ControlException(there + " in " + key + " is not being drained");
        }
        return with(key, address, now.departing(new Departure.None()));
    }

    private Overrides remove(Change.RemoveServer remove) throws ControlException {
        ServiceKey key = find(remove.service());
        IpAddress address = ServiceNames.find(remove.realServer(), definition(key));
        Departure how =
                remove.deadlineSeconds() == 0
                        ? new Departure.Gone()
                        : new Departure.Leaving(deadline(remove.deadlineSeconds()));
        return with(key, address, before.service(key).realServer(address).departing(how));
    }

    private Overrides clear(Change.ClearOverrides clear) throws ControlException {
        String service = clear.service();
        if (service == null) {
            return Overrides.NONE;
        }
        ServiceKey key = ServiceNames.find(service, before.services().keySet());
        String realServer = clear.realServer();
        if (realServer == null) {
            return before.with(key, ServiceOverride.NONE);
        }
        IpAddress address = ServiceNames.address(realServer, key);
        if (before.service(key).realServer(address).isEmpty()) {
            throw new ControlException(
                    realServer + " in " + key + " has no override; lb overrides lists all");
        }
        return with(key, address, RealServerOverride.NONE);
    }
}
