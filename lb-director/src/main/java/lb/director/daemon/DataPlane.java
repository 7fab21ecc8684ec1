package lb.director.daemon;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lb.core.connection.ConnectionTable;
import lb.core.connection.Upkeep;
import lb.core.forward.NeighbourReport;
import lb.core.linux.Link;
import lb.core.linux.Rtnetlink;
import lb.core.service.RealServer;
import lb.core.service.ServiceTable;
import lb.director.config.DirectorConfiguration;
import lb.director.overrides.Overrides;

/**
 * What forwards: interfaces, connections, workers, the ways to the real servers, and the filter
 * that keeps the host from answering. Starting and replacing are serialised by the {@link
 * DirectorDaemon}; the views may be read by any thread.
 */
final class DataPlane {
    private final ConnectionTable connections;
    private final Interfaces interfaces;
    private final Workers workers;
    private final ShortcutThread shortcut;
    private final NeighbourThread neighbours;
    private final Steering steering;
    private volatile ServiceTable services;
    private boolean isSampleDue;

    /**
     * One that forwards.
     *
     * @param first the services that it starts with
     * @param upkeep runs what the connection table does beside its callers
     * @param undo is told what has to be given back, also when this fails
     * @throws StartException when an interface is not there, not up or another director's
     */
    DataPlane(DirectorConfiguration configuration, ServiceTable first, Upkeep upkeep, Undo undo) {
        services = first;
        try (Rtnetlink rtnetlink = Rtnetlink.open()) {
            interfaces = Interfaces.claim(configuration, rtnetlink);
        }
        undo.add(interfaces::close);
        connections =
                new ConnectionTable(
                        configuration.settings().connectionsMax(),
                        ConfigurationMapping.timeouts(configuration),
                        upkeep);
        workers =
                new Workers(
                        configuration.settings().workers(),
                        connections,
                        ConfigurationMapping.settings(configuration));
        undo.add(workers::close);
        for (Link link : interfaces.all()) {
            workers.open(link, ConfigurationMapping.channelOptions(configuration));
        }
        shortcut = new ShortcutThread(configuration.settings().shortcut(), workers);
        undo.add(shortcut::close);
        neighbours = new NeighbourThread(workers::openWayOut, shortcut::interrupt);
        undo.add(neighbours::close);
        neighbours.follow(realServers(first)).join();
        if (interfaces.wereClaimedAlone()) {
            neighbours.releaseStale();
        }
        workers.replaceServices(first);
        steering = new Steering(interfaces.all(), first, shortcut);
        // The director sees every frame again before the host does.
        undo.add(() -> {
            shortcut.stop();
            steering.close();
        });
        shortcut.resume();
    }

    private static Set<RealServer> realServers(ServiceTable services) {
        return services.services().stream()
                .flatMap(service ->
                        Stream.concat(service.realServers().stream(), service.leaving().stream()))
                .collect(Collectors.toSet());
    }

    /**
     * Has the workers go by these services. To be followed by {@link #forgetFormer}, once the VIPs
     * that leave are off the interface: until then their traffic is kept from the host, and a real
     * server that leaves keeps its next hop, since a worker may still pick it.
     *
     * @param next makes them from those before, whose leaving real servers get nothing from then on
     * @param over whose timeouts come before those of the configuration
     */
    void replaceServices(
            UnaryOperator<ServiceTable> next, DirectorConfiguration wanted, Overrides over) {
        shortcut.during(() -> exchangeServices(next.apply(services), wanted, over));
        shortcut.use(wanted.settings().shortcut());
    }

    private void exchangeServices(ServiceTable next, DirectorConfiguration wanted, Overrides over) {
        Set<RealServer> comingAndGoing = new HashSet<>(realServers(services));
        comingAndGoing.addAll(realServers(next));
        neighbours.follow(comingAndGoing).join();
        connections.useTimeouts(ConfigurationMapping.timeouts(wanted, over.timeouts()));
        workers.replaceSettings(ConfigurationMapping.settings(wanted));
        workers.replaceServices(next);
        services = next;
    }

    /** Has the host hear of no other traffic than that of the services now. */
    void forgetFormer() {
        steering.replaceServices(services);
        neighbours.follow(realServers(services)).join();
    }

    /** Takes frames to these virtual MAC addresses, and keeps the host from answering them. */
    void useVirtualMacs(List<String> names, Map<String, List<Long>> byParent) {
        shortcut.during(() ->
                interfaces
                        .all()
                        .forEach(link ->
                                workers.useVirtualMacs(
                                        link.index(),
                                        byParent.getOrDefault(link.name(), List.of()))));
        steering.follow(names, services);
    }

    /** Has every frame come to the workers: a gate has closed. Does not wait. */
    void interruptShortcuts() {
        shortcut.interrupt();
    }

    /** What is to be done every second, in this order. */
    List<Runnable> upkeep() {
        return List.of(
                this::expireConnections,
                () -> services.advance(System.nanoTime()),
                () -> steering.restore(services),
                this::sampleRates);
    }

    private void expireConnections() {
        connections.advance(System.nanoTime());
        connections.cleanUp();
    }

    /** Every other time: IPVS's estimator has an interval of two seconds. */
    private void sampleRates() {
        isSampleDue = !isSampleDue;
        if (isSampleDue) {
            long now = System.nanoTime();
            services.services().stream()
                    .flatMap(RunningControl::meters)
                    .forEach(meter -> meter.sample(now));
        }
    }

    /** Gives ARP a moment at the start, see {@link NeighbourThread#awaitResolved}. */
    void awaitNeighbours() {
        neighbours.awaitResolved();
    }

    ServiceTable services() {
        return services;
    }

    ConnectionTable connections() {
        return connections;
    }

    Workers workers() {
        return workers;
    }

    Interfaces interfaces() {
        return interfaces;
    }

    List<NeighbourReport> neighbours() {
        return neighbours.reports();
    }
}
