package lb.director.daemon;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import lb.core.linux.Link;
import lb.core.linux.SteeredService;
import lb.core.linux.SteeringFilter;
import lb.core.service.ClassifierRule;
import lb.core.service.Protocol;
import lb.core.service.ServiceKey;
import lb.core.service.ServiceTable;
import lb.core.service.VirtualService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steering filters of all interfaces where clients' frames come in. Any thread; calls are
 * serialised.
 */
final class Steering implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Steering.class);

    private final List<Link> links;
    private final List<SteeringFilter> filters = new ArrayList<>();
    private boolean closed;

    Steering(List<Link> links, ServiceTable services) {
        this.links = List.copyOf(links);
        try {
            for (Link link : links) {
                filters.add(SteeringFilter.attach(link.name(), steered(services)));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private static Set<SteeredService> steered(ServiceTable services) {
        Set<SteeredService> steered = new HashSet<>();
        for (VirtualService service : services.services()) {
            ServiceKey key = service.key();
            if (!key.isMark()) {
                steered.add(
                        new SteeredService(
                                key.address().toInetAddress(),
                                key.protocol().number(),
                                key.port()));
            }
        }
        services.activeRules().forEach(rule -> steer(rule, steered));
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
        filters.forEach(filter -> filter.replaceServices(steered(services)));
    }

    /** Attaches again what somebody has detached: without it the host resets every connection. */
    synchronized void restore(ServiceTable services) {
        for (int i = 0; i < filters.size() && !closed; i++) {
            if (!filters.get(i).isAttached()) {
                filters.get(i).close();
                filters.set(i, SteeringFilter.attach(links.get(i).name(), steered(services)));
                LOG.error(
                        "the steering filter of {} had been removed by somebody; it is attached again",
                        links.get(i).name());
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        filters.forEach(SteeringFilter::close);
        filters.clear();
    }
}
