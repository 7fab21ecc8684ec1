package lb.core.linux;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import lb.core.linux.TrafficFilter.Hook;

/**
 * The kernel's network configuration: links, addresses, routes, neighbours, traffic filters.
 *
 * <p>Owned by one thread at a time, which blocks until the kernel has answered or the timeout is
 * over. Works in the network namespace of the thread that opened it. Every failure is a {@link
 * KernelException} that names the message, such as RTM_NEWADDR, its object and the kernel's
 * explanation.
 */
public final class Rtnetlink implements AutoCloseable {
    private static final long TIMEOUT_MILLIS = 2_000;

    private record ManagedNeighbour(int linkIndex, InetAddress address) {}

    private final NetlinkExchange exchange;
    private final Set<ManagedNeighbour> managed = new LinkedHashSet<>();
    private boolean open = true;

    private Rtnetlink(NetlinkExchange exchange) {
        this.exchange = exchange;
    }

    /**
     * Opens a socket in the calling thread's network namespace, with a timeout of 2 s for each
     * request.
     */
    public static Rtnetlink open() {
        return open(TIMEOUT_MILLIS);
    }

    /** Opens a socket in the calling thread's network namespace. */
    public static Rtnetlink open(long timeoutMillis) {
        return new Rtnetlink(new NetlinkExchange(timeoutMillis));
    }

    /** All interfaces. */
    public List<Link> links() {
        return exchange.call(LinkCodec.list(), LinkCodec::decode);
    }

    /** The interface of that name, if there is one. */
    public Optional<Link> link(String name) {
        return first(LinkCodec.byName(name));
    }

    /** The interface of that number, if there is one. */
    public Optional<Link> link(int index) {
        return first(LinkCodec.byIndex(index));
    }

    /** The interface of that name; an exception with ENODEV when there is none. */
    public Link requireLink(String name) {
        return exchange.call(LinkCodec.byName(name), LinkCodec::decode).getFirst();
    }

    private Optional<Link> first(NetlinkRequest request) {
        try {
            return exchange.call(request, LinkCodec::decode).stream().findFirst();
        } catch (KernelException e) {
            // ERANGE: longer than any interface's name can be.
            return absentOn(e, errno -> errno == Errno.ENODEV || errno == Errno.ERANGE);
        }
    }

    /** All macvlan interfaces. */
    List<Macvlan> macvlans() {
        return exchange.call(LinkCodec.list(), LinkCodec::decodeMacvlan);
    }

    /** Makes a macvlan in private mode, which is down and makes no address of its own. */
    void addMacvlan(String name, int parentIndex, long mac, String alias) {
        exchange.call(LinkCodec.addMacvlan(name, parentIndex, mac));
        int index = requireLink(name).index();
        exchange.call(LinkCodec.setAlias(index, name, alias));
        // Refused where IPv6 is off.
        var _ =
                happened(
                        LinkCodec.withoutGeneratedAddress(index, name),
                        errno -> errno == Errno.EAFNOSUPPORT || errno == Errno.EINVAL);
    }

    /** Removes an interface; false when it is not there. */
    boolean deleteLink(int index) {
        return happened(LinkCodec.delete(index, linkName(index)), errno -> errno == Errno.ENODEV);
    }

    /** Takes an interface up or down; false when it is not there. */
    boolean setUp(int index, boolean up) {
        return happened(
                LinkCodec.setUp(index, linkName(index), up), errno -> errno == Errno.ENODEV);
    }

    /** A setting of net.ipv4.conf for an interface, by its number in linux/ip.h. */
    int ipv4Setting(int index, int setting) {
        return exchange.call(
                        LinkCodec.byIndex(index), message -> LinkCodec.decodeIpv4(message, setting))
                .getFirst();
    }

    /** Sets it; works also where /proc/sys is read-only. */
    void setIpv4Setting(int index, int setting, int value) {
        exchange.call(LinkCodec.setIpv4(index, linkName(index), setting, value));
    }

    /** All IPv4 and IPv6 addresses of all interfaces. */
    public List<LinkAddress> addresses() {
        return exchange.call(AddressCodec.list(), AddressCodec::decode);
    }

    /**
     * Adds an address; false when the interface has it already, with its lifetime left as it was.
     */
    public boolean addAddress(LinkAddress address) {
        int flags = NetlinkRequest.F_CREATE | NetlinkRequest.F_EXCL;
        return happened(
                AddressCodec.add(address, flags, this::linkName), errno -> errno == Errno.EEXIST);
    }

    /**
     * Adds an address, or sets the lifetimes of the one that is there: how a lease is refreshed.
     */
    public void replaceAddress(LinkAddress address) {
        int flags = NetlinkRequest.F_CREATE | NetlinkRequest.F_REPLACE;
        exchange.call(AddressCodec.add(address, flags, this::linkName));
    }

    /**
     * As {@link #replaceAddress(LinkAddress)}.
     *
     * @param metric of the route to its prefix; larger ones are asked later
     */
    public void replaceAddress(LinkAddress address, int metric) {
        int flags = NetlinkRequest.F_CREATE | NetlinkRequest.F_REPLACE;
        exchange.call(AddressCodec.add(address, flags, metric, this::linkName));
    }

    /** Removes an address; false when it (or its interface) is not there. */
    public boolean deleteAddress(LinkAddress address) {
        return happened(
                AddressCodec.delete(address, this::linkName),
                errno -> errno == Errno.EADDRNOTAVAIL || errno == Errno.ENODEV);
    }

    /** How this host reaches {@code destination}; empty when it has no route there. */
    public Optional<Route> route(InetAddress destination) {
        return route(destination, RouteCodec.ANY_LINK);
    }

    /** As {@link #route(InetAddress)}, but only out of the interface {@code outLink}. */
    public Optional<Route> route(InetAddress destination, int outLink) {
        NetlinkRequest request = RouteCodec.lookUp(destination, outLink, this::linkName);
        try {
            return exchange
                    .call(request, message -> RouteCodec.decode(message, destination))
                    .stream()
                    .findFirst();
        } catch (KernelException e) {
            // The IPv4 answers to: no route, unreachable, prohibit, blackhole.
            return absentOn(
                    e,
                    errno ->
                            errno == Errno.ENETUNREACH
                                    || errno == Errno.EHOSTUNREACH
                                    || errno == Errno.EACCES
                                    || errno == Errno.EINVAL);
        }
    }

    /** All IPv4 and IPv6 neighbours. */
    public List<Neighbour> neighbours() {
        return exchange.call(NeighbourCodec.list(), NeighbourCodec::decode);
    }

    /** The neighbour entry of an address on an interface, if there is one. */
    public Optional<Neighbour> neighbour(int linkIndex, InetAddress address) {
        return neighbours().stream()
                .filter(n -> n.linkIndex() == linkIndex && n.address().equals(address))
                .findFirst();
    }

    /**
     * Has the kernel resolve an address now and, where it can, keep it fresh. Does not wait for the
     * answer, which comes as a {@link NetlinkEvent.NeighbourChanged}.
     */
    public NeighbourUpkeep manageNeighbour(int linkIndex, InetAddress address) {
        Optional<Neighbour> before = neighbour(linkIndex, address);
        if (before.isPresent() && isSetByHand(before.get().state())) {
            // The kernel would take the permanence away.
            managed.remove(new ManagedNeighbour(linkIndex, address));
            return NeighbourUpkeep.BY_HAND;
        }
        managed.add(new ManagedNeighbour(linkIndex, address));
        NetlinkRequest request = NeighbourCodec.manage(linkIndex, address, this::linkName);
        boolean accepted =
                happened(request, errno -> errno == Errno.EINVAL || errno == Errno.EOPNOTSUPP);
        // A kernel before 5.16 ignores the flag instead of refusing it, so look.
        if (accepted && neighbour(linkIndex, address).map(Neighbour::isManaged).orElse(false)) {
            return NeighbourUpkeep.MANAGED;
        }
        exchange.call(NeighbourCodec.use(linkIndex, address, this::linkName));
        return NeighbourUpkeep.ON_REQUEST;
    }

    private static boolean isSetByHand(NeighbourState state) {
        return state == NeighbourState.PERMANENT || state == NeighbourState.NOARP;
    }

    /** Deletes the entry that {@link #manageNeighbour} asked for; false when there is none. */
    public boolean releaseNeighbour(int linkIndex, InetAddress address) {
        if (!managed.remove(new ManagedNeighbour(linkIndex, address))) {
            return false;
        }
        return happened(
                NeighbourCodec.delete(linkIndex, address, this::linkName),
                errno -> errno == Errno.ENOENT || errno == Errno.ENODEV || errno == Errno.ENXIO);
    }

    /** Deletes every entry that {@link #manageNeighbour} asked for. */
    public void releaseNeighbours() {
        for (ManagedNeighbour neighbour : List.copyOf(managed)) {
            releaseNeighbour(neighbour.linkIndex(), neighbour.address());
        }
    }

    /**
     * Deletes every entry that an lb asked for, except those that {@link #manageNeighbour} has
     * asked for here. Only for when no other lb lives in this network namespace: the entries do not
     * tell whose they are.
     *
     * @return what was deleted
     */
    public List<Neighbour> releaseStaleNeighbours() {
        List<Neighbour> released = new ArrayList<>();
        for (Neighbour one : neighbours()) {
            ManagedNeighbour entry = new ManagedNeighbour(one.linkIndex(), one.address());
            if (one.isManaged()
                    && one.isOurs()
                    && managed.add(entry)
                    && releaseNeighbour(one.linkIndex(), one.address())) {
                released.add(one);
            }
        }
        return released;
    }

    /** Gives an interface a clsact qdisc; false when it has one (or an ingress qdisc) already. */
    public boolean addClsact(int linkIndex) {
        return happened(
                TrafficCodec.addClsact(linkIndex, this::linkName), errno -> errno == Errno.EEXIST);
    }

    /** Removes the clsact qdisc with all its filters; false when there is none. */
    public boolean deleteClsact(int linkIndex) {
        return happened(
                TrafficCodec.deleteClsact(linkIndex, this::linkName),
                errno -> errno == Errno.ENOENT || errno == Errno.EINVAL || errno == Errno.ENODEV);
    }

    /** The numbers of the interfaces that have a clsact or ingress qdisc. */
    public List<Integer> linksWithIngress() {
        return exchange.call(TrafficCodec.listQdiscs(), TrafficCodec::decodeIngressQdisc);
    }

    /** The filters on a hook of an interface; empty without clsact or without the interface. */
    public List<TrafficFilter> filters(int linkIndex, Hook hook) {
        try {
            return exchange.call(
                    TrafficCodec.listFilters(linkIndex, hook, this::linkName),
                    message -> TrafficCodec.decodeFilter(message, hook));
        } catch (KernelException e) {
            if (e.errno() == Errno.ENODEV || e.errno() == Errno.EINVAL) {
                return new ArrayList<>();
            }
            throw e;
        }
    }

    /**
     * Adds a direct-action bpf classifier on ingress, beside any others of the same preference.
     *
     * @param preference 1 to 65,535; lower ones are asked first
     * @param programFd a loaded program; the filter keeps it alive
     */
    public void addFilter(int linkIndex, int preference, String name, int programFd) {
        int flags = NetlinkRequest.F_CREATE | NetlinkRequest.F_EXCL;
        exchange.call(
                TrafficCodec.putBpf(
                        flags, linkIndex, preference, 0, name, programFd, this::linkName));
    }

    /** Gives an ingress filter another program and name, atomically. */
    public void replaceFilter(TrafficFilter filter, String name, int programFd) {
        exchange.call(
                TrafficCodec.putBpf(
                        NetlinkRequest.F_CREATE,
                        filter.linkIndex(),
                        filter.preference(),
                        filter.handle(),
                        name,
                        programFd,
                        this::linkName));
    }

    /** Removes a filter; false when it, its qdisc or its interface is not there. */
    public boolean deleteFilter(TrafficFilter filter) {
        return happened(
                TrafficCodec.deleteFilter(filter, this::linkName),
                errno -> errno == Errno.ENOENT || errno == Errno.EINVAL || errno == Errno.ENODEV);
    }

    /** The interface's name, or {@code interface 7} when it is gone; for texts. */
    public String linkName(int index) {
        try {
            return link(index).map(Link::name).orElse("interface " + index);
        } catch (KernelException e) {
            return "interface " + index;
        }
    }

    private boolean happened(NetlinkRequest request, IntPredicate meansNo) {
        try {
            exchange.call(request);
            return true;
        } catch (KernelException e) {
            if (meansNo.test(e.errno())) {
                return false;
            }
            throw e;
        }
    }

    private static <T> Optional<T> absentOn(KernelException failure, IntPredicate meansAbsent) {
        if (meansAbsent.test(failure.errno())) {
            return Optional.empty();
        }
        throw failure;
    }

    /**
     * Deletes the neighbour entries that were asked for and closes the socket; again does nothing.
     */
    @Override
    public void close() {
        if (!open) {
            return;
        }
        open = false;
        try {
            releaseNeighbours();
        } finally {
            exchange.close();
        }
    }
}
