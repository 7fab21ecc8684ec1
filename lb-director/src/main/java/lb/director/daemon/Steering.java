package lb.director.daemon;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import lb.core.linux.Link;
import lb.core.linux.SteeredService;
import lb.core.linux.SteeringFilter;
import lb.core.service.ServiceTable;

/**
 * The steering filters of all interfaces where clients' frames come in. Owned by the thread that
 * starts, reloads and stops the director.
 */
final class Steering implements AutoCloseable {
    private final List<SteeringFilter> filters = new ArrayList<>();

    Steering(List<Link> links, ServiceTable services) {
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
        return services.services().stream()
                .map(service ->
                        new SteeredService(
                                service.key().address().toInetAddress(),
                                service.key().protocol().number(),
                                service.key().port()))
                .collect(Collectors.toSet());
    }

    void replaceServices(ServiceTable services) {
        filters.forEach(filter -> filter.replaceServices(steered(services)));
    }

    @Override
    public void close() {
        filters.forEach(SteeringFilter::close);
        filters.clear();
    }
}
