package lb.core.forward;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import lb.core.linux.KernelException;
import lb.core.linux.Link;
import lb.core.linux.Neighbour;
import lb.core.linux.NeighbourUpkeep;
import lb.core.linux.NetlinkEvent;
import lb.core.linux.Route;
import lb.core.linux.Rtnetlink;
import lb.core.service.NextHop;
import lb.core.service.RealServer;
import lb.core.wire.IpAddress;
import lb.core.wire.MacAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the {@link NextHop} of every real server as the kernel has it: asks for the route, has the
 * kernel keep the neighbour fresh, follows its changes. Owned by one thread, which also owns the
 * {@link Rtnetlink} given to it.
 */
public final class NeighbourTable {
    private static final Logger LOG = LoggerFactory.getLogger(NeighbourTable.class);

    private static final String LOOPBACK = "lo";
    private static final int IPV4_BYTES = 4;
    private static final String NOT_ASKED = "not asked yet";

    private final Rtnetlink rtnetlink;
    private final Consumer<Link> wayOutNeeded;
    private final Runnable onMoved;
    private final Map<InetAddress, Entry> entries = new HashMap<>();
    private volatile List<NeighbourReport> reports = List.of();

    /** What is known of the way to one real server's address. */
    private static final class Entry {
        final InetAddress address;
        final Set<RealServer> servers = new HashSet<>();
        Optional<Route> route = Optional.empty();
        Optional<Link> link = Optional.empty();
        Optional<NextHop> nextHop = Optional.empty();
        NeighbourUpkeep upkeep = NeighbourUpkeep.MANAGED;
        String problem = NOT_ASKED;

        Entry(InetAddress address) {
            this.address = address;
        }
    }

    /**
     * A table that follows nobody yet.
     *
     * @param wayOutNeeded hears of an interface before the first next hop names it
     * @param onMoved hears that a real server is no longer where it was, once it has been told so
     */
    public NeighbourTable(Rtnetlink rtnetlink, Consumer<Link> wayOutNeeded, Runnable onMoved) {
        this.rtnetlink = rtnetlink;
        this.wayOutNeeded = wayOutNeeded;
        this.onMoved = onMoved;
    }

    /** Follows exactly these real servers from now on. */
    public void follow(Set<RealServer> servers) {
        Map<InetAddress, Set<RealServer>> wanted = new HashMap<>();
        for (RealServer server : servers) {
            wanted.computeIfAbsent(server.address().toInetAddress(), _ -> new HashSet<>())
                    .add(server);
        }
        for (Entry entry : List.copyOf(entries.values())) {
            if (!wanted.containsKey(entry.address)) {
                entries.remove(entry.address);
                release(entry);
            }
        }
        wanted.forEach((address, of) -> {
            Entry entry = entries.computeIfAbsent(address, Entry::new);
            entry.servers.clear();
            entry.servers.addAll(of);
            resolve(entry);
        });
        publish();
    }

    /** Asks the kernel again about all routes and neighbours; to be called every few seconds. */
    public void refresh() {
        entries.values().forEach(this::resolve);
        publish();
    }

    /** Takes up news from the kernel. */
    public void onEvents(List<NetlinkEvent> events) {
        Set<Entry> affected = new HashSet<>();
        for (NetlinkEvent event : events) {
            switch (event) {
                case NetlinkEvent.NeighbourChanged changed ->
                        entries.values().stream()
                                .filter(entry ->
                                        isNextHop(entry, changed.linkIndex(), changed.address()))
                                .forEach(affected::add);
                case NetlinkEvent.LinkChanged _, NetlinkEvent.Overrun _ ->
                        affected.addAll(entries.values());
                case NetlinkEvent.AddressChanged _ -> {
                    // An address of ours may change a route; refresh() sees to that within seconds.
                }
            }
        }
        affected.forEach(this::resolve);
        if (!affected.isEmpty()) {
            publish();
        }
    }

    private static boolean isNextHop(Entry entry, int linkIndex, InetAddress address) {
        return entry.route
                .filter(route -> route.linkIndex() == linkIndex && route.nextHop().equals(address))
                .isPresent();
    }

    private void resolve(Entry entry) {
        Optional<NextHop> before = entry.nextHop;
        try {
            Optional<NextHop> now = ask(entry);
            // Who compares them, or keeps one, need not see another object each time.
            entry.nextHop = now.equals(before) ? before : now;
        } catch (KernelException | CompletionException | IllegalStateException e) {
            // The kernel refused, or a worker did not take its way out.
            entry.nextHop = Optional.empty();
            entry.problem = String.valueOf(e.getMessage());
        }
        entry.servers.forEach(server -> server.moveTo(entry.nextHop.orElse(null)));
        if (before.isPresent() && !before.equals(entry.nextHop)) {
            onMoved.run();
        }
        if (!before.equals(entry.nextHop)) {
            LOG.info("real server {}: {}", IpAddress.of(entry.address), describe(entry));
        }
    }

    private Optional<NextHop> ask(Entry entry) {
        Optional<Route> route = rtnetlink.route(entry.address);
        if (!route.equals(entry.route)) {
            releaseNeighbour(entry);
            route.filter(found -> !found.isLocal())
                    .ifPresent(found -> {
                        rtnetlink.link(found.linkIndex()).ifPresent(wayOutNeeded);
                        entry.upkeep =
                                rtnetlink.manageNeighbour(found.linkIndex(), found.nextHop());
                    });
            // Last, so that what failed is tried again.
            entry.route = route;
        } else if (entry.upkeep == NeighbourUpkeep.ON_REQUEST && route.isPresent()) {
            entry.upkeep =
                    rtnetlink.manageNeighbour(route.get().linkIndex(), route.get().nextHop());
        }
        if (route.isEmpty() || route.get().isLocal()) {
            entry.problem = "no route";
            return route.isEmpty() ? Optional.empty() : local(entry);
        }
        return nextHop(entry, route.get());
    }

    /** The way to this host itself leads over its loopback interface. */
    private Optional<NextHop> local(Entry entry) {
        entry.link = rtnetlink.link(LOOPBACK);
        if (entry.link.filter(Link::isUp).isEmpty()) {
            entry.problem = "it is an address of this host, whose interface lo is down";
            return Optional.empty();
        }
        if (entry.address.getAddress().length == IPV4_BYTES && ReversePath.isStrict(LOOPBACK)) {
            entry.problem =
                    "it is an address of this host, and reverse path filtering is strict:"
                            + " sysctl net.ipv4.conf.lo.rp_filter=2";
            return Optional.empty();
        }
        Link loopback = entry.link.get();
        if (entry.nextHop.isEmpty()) {
            wayOutNeeded.accept(loopback);
        }
        entry.problem = "";
        return Optional.of(NextHop.local(loopback.index(), loopback.mtu()));
    }

    private Optional<NextHop> nextHop(Entry entry, Route route) {
        entry.link = rtnetlink.link(route.linkIndex());
        if (entry.link.filter(Link::isUp).isEmpty()) {
            entry.problem = "its interface is down";
            return Optional.empty();
        }
        Optional<Neighbour> neighbour = rtnetlink.neighbour(route.linkIndex(), route.nextHop());
        if (isLost(entry, neighbour)) {
            entry.upkeep = rtnetlink.manageNeighbour(route.linkIndex(), route.nextHop());
            neighbour = rtnetlink.neighbour(route.linkIndex(), route.nextHop());
        }
        if (neighbour.filter(Neighbour::isResolved).isEmpty()) {
            entry.problem =
                    "no answer to " + (route.nextHop().getAddress().length == 4 ? "ARP" : "ND");
            return Optional.empty();
        }
        entry.problem = "";
        Link link = entry.link.get();
        return Optional.of(
                new NextHop(link.index(), neighbour.get().mac(), link.mac(), link.mtu()));
    }

    /**
     * An interface that goes down takes its neighbours with it, as do an operator and another lb
     * that stops.
     */
    private static boolean isLost(Entry entry, Optional<Neighbour> neighbour) {
        return neighbour.isEmpty()
                || (entry.upkeep == NeighbourUpkeep.MANAGED && !neighbour.get().isManaged());
    }

    private void release(Entry entry) {
        releaseNeighbour(entry);
        entry.servers.forEach(server -> server.moveTo(null));
        onMoved.run();
    }

    private void releaseNeighbour(Entry entry) {
        boolean shared =
                entries.values().stream()
                        .anyMatch(other -> !other.equals(entry) && other.route.equals(entry.route));
        if (!shared) {
            entry.route
                    .filter(route -> !route.isLocal())
                    .ifPresent(route ->
                            rtnetlink.releaseNeighbour(route.linkIndex(), route.nextHop()));
        }
        entry.route = Optional.empty();
    }

    /** Gives back to the kernel what was asked of it. */
    public void close() {
        entries.values().forEach(this::releaseNeighbour);
        entries.clear();
        publish();
    }

    private void publish() {
        List<NeighbourReport> next = new ArrayList<>();
        for (Entry entry : entries.values()) {
            next.add(
                    new NeighbourReport(
                            entry.address,
                            entry.route.map(Route::nextHop),
                            entry.link.map(Link::name),
                            entry.nextHop,
                            entry.problem));
        }
        next.sort((a, b) -> a.address().getHostAddress().compareTo(b.address().getHostAddress()));
        reports = List.copyOf(next);
    }

    private static String describe(Entry entry) {
        return entry.nextHop
                .map(next ->
                        next.isLocal()
                                ? "this host itself, by interface lo"
                                : "at "
                                        + MacAddress.text(next.mac())
                                        + " on "
                                        + entry.link.map(Link::name).orElse("?"))
                .orElse("not reachable: " + entry.problem);
    }

    /** What is known now; may be read by any thread. */
    public List<NeighbourReport> reports() {
        return reports;
    }
}
