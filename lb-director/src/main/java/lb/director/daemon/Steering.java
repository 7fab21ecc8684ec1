package lb.director.daemon;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lb.core.linux.KernelException;
import lb.core.linux.KernelShortcut;
import lb.core.linux.Link;
import lb.core.linux.SteeredService;
import lb.core.linux.SteeringFilter;
import lb.core.service.ClassifierRule;
import lb.core.service.Protocol;
import lb.core.service.ServiceKey;
import lb.core.service.ServiceTable;
import lb.core.service.VirtualService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steering filters of all interfaces where clients' frames come in. Any thread; calls are
 * serialised.
 */
final class Steering implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Steering.class);

    private final List<String> own;
    private final ShortcutThread shortcut;
    private final Map<String, SteeringFilter> filters = new LinkedHashMap<>();
    private final Set<String> unable = new HashSet<>();
    private boolean holdsShortcut;
    private boolean closed;

    /**
     * Filters on these interfaces.
     *
     * @param shortcut which hands on frames that come in there, while each has its filter
     */
    Steering(List<Link> links, ServiceTable services, ShortcutThread shortcut) {
        this.shortcut = shortcut;
        own = links.stream().map(Link::name).toList();
        try {
            for (String name : own) {
                filters.put(name, attach(name, services));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Checks that the filters have room for what services and rules need.
     *
     * @throws IllegalArgumentException when there is too much
     */
    static void requireRoom(Collection<ServiceKey> services, List<ClassifierRule> rules) {
        Set<ServiceKey> keys = Set.copyOf(services);
        List<ClassifierRule> active =
                rules.stream().filter(rule -> keys.contains(rule.service())).toList();
        int entries = SteeringFilter.entryCount(steered(keys, active));
        if (entries > SteeringFilter.CAPACITY) {
            throw new IllegalArgumentException(
                    entries
                            + " combinations of VIP, protocol and port are more than the "
                            + SteeringFilter.CAPACITY
                            + " that the steering filter holds; have fewer services, or rules with fewer"
                            + " ports");
        }
    }

    private static Set<SteeredService> steered(ServiceTable services) {
        return steered(
                services.services().stream().map(VirtualService::key).toList(),
                services.activeRules());
    }

    private static Set<SteeredService> steered(
            Collection<ServiceKey> keys, List<ClassifierRule> rules) {
        Set<SteeredService> steered = new HashSet<>();
        for (ServiceKey key : keys) {
            if (!key.isMark()) {
                steered.add(
                        new SteeredService(
                                key.address().toInetAddress(),
                                key.protocol().number(),
                                key.port()));
            }
        }
        rules.forEach(rule -> steer(rule, steered));
        return steered;
    }

    /** Whatever the source: the filter does not look at it. */
    private static void steer(ClassifierRule rule, Set<SteeredService> to) {
        int first = rule.isOfAllPorts() ? 0 : rule.firstPort();
        int last = rule.isOfAllPorts() ? 0 : rule.lastPort();
        for (Protocol protocol : List.of(Protocol.TCP, Protocol.UDP, Protocol.SCTP)) {
            if (rule.protocol() != null && rule.protocol() != protocol) {
                continue;
            }
            for (int port = first; port <= last; port++) {
                to.add(
                        new SteeredService(
                                rule.destination().toInetAddress(), protocol.number(), port));
            }
        }
    }

    synchronized void replaceServices(ServiceTable services) {
        filters.values().forEach(filter -> filter.replaceServices(steered(services)));
    }

    /**
     * Has filters on exactly these interfaces of virtual MAC addresses too: their frames pass by
     * the interface below. Without services there is nothing to filter.
     */
    synchronized void follow(List<String> virtual, ServiceTable services) {
        if (own.isEmpty() || closed) {
            return;
        }
        for (String name : List.copyOf(filters.keySet())) {
            if (!own.contains(name) && !virtual.contains(name)) {
                close(filters.remove(name));
            }
        }
        for (String name : virtual) {
            if (!filters.containsKey(name)) {
                filters.put(name, attach(name, services));
            }
        }
        // An interface that has been made again has lost its filter with the former one.
        restore(services);
    }

    /** What comes in by a virtual MAC address passes the interface below first. */
    private SteeringFilter attach(String name, ServiceTable services) {
        KernelShortcut kernel = own.contains(name) ? shortcut.kernel() : null;
        return SteeringFilter.attach(name, steered(services), kernel);
    }

    private static void close(@Nullable SteeringFilter filter) {
        if (filter != null) {
            filter.close();
        }
    }

    /**
     * Attaches again what somebody has detached: without it the host resets every connection, and
     * what the sockets passed over for it is lost.
     */
    synchronized void restore(ServiceTable services) {
        if (closed) {
            return;
        }
        boolean complete = true;
        for (Map.Entry<String, SteeringFilter> entry : filters.entrySet()) {
            try {
                restore(entry, services);
            } catch (KernelException e) {
                holdShortcut(entry.getKey());
                complete &= !own.contains(entry.getKey());
                // As long as an interface is away, each time: the others come first.
                if (unable.add(entry.getKey())) {
                    LOG.warn(
                            "there is no steering filter on {}, trying again: {}",
                            entry.getKey(),
                            e.getMessage());
                }
            }
        }
        if (complete && holdsShortcut) {
            holdsShortcut = false;
            shortcut.resume();
        }
    }

    /** Once, until all filters are there again; by a virtual MAC address nothing is handed on. */
    private void holdShortcut(String name) {
        if (own.contains(name) && !holdsShortcut) {
            holdsShortcut = true;
            shortcut.suspend();
        }
    }

    private void restore(Map.Entry<String, SteeringFilter> entry, ServiceTable services) {
        String name = entry.getKey();
        if (entry.getValue().isAttached()) {
            return;
        }
        holdShortcut(name);
        entry.getValue().close();
        entry.setValue(attach(name, services));
        if (unable.remove(name)) {
            LOG.info("the steering filter of {} is attached again", name);
        } else {
            LOG.error(
                    "the steering filter of {} had been removed by somebody, or with its interface; it is attached again",
                    name);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        filters.values().forEach(SteeringFilter::close);
        filters.clear();
    }
}
