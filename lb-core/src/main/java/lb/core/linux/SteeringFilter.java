package lb.core.linux;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import lb.core.linux.TrafficFilter.Hook;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the kernel from answering service traffic on one interface: an eBPF classifier on clsact
 * ingress that drops exactly the given services, after packet sockets have seen them, and lets
 * everything else through.
 *
 * <p>Owned by one thread at a time; {@link #attach} has to run in the interface's network
 * namespace.
 *
 * <p>What it drops: TCP, UDP and SCTP to a service's address and port, with IPv4 options or up to 8
 * IPv6 extension headers in between; fragments without ports whose address and protocol have any
 * service. What it leaves: ICMP, VLAN-tagged frames (attach to the VLAN's own interface), and
 * frames for another MAC address (attach to the macvlan that owns the address).
 *
 * <p>The filter outlives its process: after a crash frames are dropped, not reset, until the next
 * {@link #attach} takes over. Each filter's name says whose it is, and while its owner lives an
 * abstract UNIX socket of the same name is bound; so instances on the same interface leave each
 * other's filters alone and remove only those of the dead.
 */
public final class SteeringFilter implements AutoCloseable {
    /**
     * Most entries at rest: one for each service, and one for each of their (address, protocol)
     * pairs. The map holds twice as many, the old ones and the new ones while they are replaced.
     */
    public static final int CAPACITY = 1 << 16;

    /**
     * Where it stands among other filters of the interface; not 1, so that an operator's can come
     * first.
     */
    static final int PREFERENCE = 100;

    private static final String PROGRAM_NAME = "lb_steering";

    private final Rtnetlink rtnetlink;
    private final int linkIndex;
    private final BpfMap map;
    private final @Nullable KernelShortcut shortcut;
    private final Map<SteeredService, Integer> entries = new HashMap<>();
    private SteeringName name = SteeringName.fresh(false);
    private final LivenessMark mark = LivenessMark.take(name.mark());
    private int programId;
    private boolean open = true;

    /** A stale filter that was removed. Immutable; any thread. */
    public record Removed(String linkName, String filterName) {}

    private SteeringFilter(
            Rtnetlink rtnetlink, int linkIndex, BpfMap map, @Nullable KernelShortcut shortcut) {
        this.rtnetlink = rtnetlink;
        this.linkIndex = linkIndex;
        this.map = map;
        this.shortcut = shortcut;
    }

    /**
     * Attaches a filter that drops {@code services} from its first frame on, and only then removes
     * what a dead instance left, so that a restart has no gap.
     *
     * @param linkName an Ethernet interface in this thread's network namespace
     * @throws KernelException when there is no such interface, or a capability is missing
     */
    public static SteeringFilter attach(String linkName, Set<SteeredService> services) {
        return attach(linkName, services, null);
    }

    /**
     * As {@link #attach(String, Set)}, with a filter that also hands on what {@code shortcut} keeps
     * from the sockets of this interface.
     */
    public static SteeringFilter attach(
            String linkName, Set<SteeredService> services, @Nullable KernelShortcut shortcut) {
        Rtnetlink rtnetlink = Rtnetlink.open();
        try {
            int linkIndex = rtnetlink.requireLink(linkName).index();
            BpfMap map = BpfMap.create(PROGRAM_NAME, SteeredService.KEY_LENGTH, 2 * CAPACITY);
            return attach(new SteeringFilter(rtnetlink, linkIndex, map, shortcut), services);
        } catch (RuntimeException e) {
            rtnetlink.close();
            throw e;
        }
    }

    private static SteeringFilter attach(SteeringFilter filter, Set<SteeredService> services) {
        try {
            filter.replaceServices(services);
            filter.install();
            removeStale(filter.rtnetlink, filter.linkIndex, true);
            return filter;
        } catch (RuntimeException e) {
            filter.close();
            throw e;
        }
    }

    private void install() {
        try (Descriptor program = Bpf.loadClassifier(PROGRAM_NAME, program())) {
            programId = Bpf.programId(program);
            boolean made = rtnetlink.addClsact(linkIndex);
            // Whoever leaves last removes a qdisc that any of us made.
            boolean ours =
                    made
                            || ours(rtnetlink, linkIndex).stream()
                                    .anyMatch(SteeringFilter::madeClsact);
            name = new SteeringName(name.instance(), ours);
            try {
                rtnetlink.addFilter(linkIndex, PREFERENCE, name.toString(), program.fd());
            } catch (KernelException e) {
                removeUnusedClsact(rtnetlink, linkIndex, made);
                throw e;
            }
        }
    }

    /**
     * Has the kernel check the program that hands on, before any filter needs it.
     *
     * @throws KernelException when it does not take it
     */
    static void requireShortcut(int elements, int notes) {
        try (BpfMap none = BpfMap.create(PROGRAM_NAME, SteeredService.KEY_LENGTH, 1)) {
            byte[] program = SteeringProgram.assemble(none.fd(), elements, notes);
            Bpf.loadClassifier(PROGRAM_NAME, program).close();
        }
    }

    private byte[] program() {
        return shortcut == null
                ? SteeringProgram.assemble(map.fd())
                : SteeringProgram.assemble(map.fd(), shortcut.elements(), shortcut.notes());
    }

    /**
     * Steers exactly {@code services} from now on. New ones are added before old ones go, so that a
     * service in both sets is never without its entry.
     *
     * @throws KernelException when the map is full (see {@link #CAPACITY}); what was added stays
     */
    public void replaceServices(Set<SteeredService> services) {
        Map<SteeredService, Integer> wanted = entries(services);
        wanted.forEach((entry, value) -> {
            if (!value.equals(entries.get(entry))) {
                map.put(entry.key(), value);
                entries.put(entry, value);
            }
        });
        entries.keySet()
                .removeIf(entry -> {
                    boolean obsolete = !wanted.containsKey(entry);
                    if (obsolete) {
                        map.remove(entry.key());
                    }
                    return obsolete;
                });
    }

    /** How many entries these need, of {@link #CAPACITY}. */
    public static int entryCount(Set<SteeredService> services) {
        return entries(services).size();
    }

    static Map<SteeredService, Integer> entries(Set<SteeredService> services) {
        Map<SteeredService, Integer> entries = new HashMap<>();
        for (SteeredService service : services) {
            entries.merge(service, SteeringProgram.SERVICE, (a, b) -> a | b);
            entries.merge(service.onEveryPort(), SteeringProgram.FRAGMENTS, (a, b) -> a | b);
        }
        return entries;
    }

    /** The filter's name in {@code tc filter show}. */
    public String name() {
        return name.toString();
    }

    /**
     * Whether the filter is still in place: an operator, or another program, may have removed it.
     */
    public boolean isAttached() {
        return open && !attached().isEmpty();
    }

    private List<TrafficFilter> attached() {
        return ours(rtnetlink, linkIndex).stream()
                .filter(filter -> filter.programId() == programId && filter.name().equals(name()))
                .toList();
    }

    /**
     * Removes the filter and, when lb made the qdisc and nobody else uses it, the qdisc; again does
     * nothing.
     */
    @Override
    public void close() {
        if (!open) {
            return;
        }
        try {
            for (TrafficFilter filter : attached()) {
                rtnetlink.deleteFilter(filter);
                removeUnusedClsact(rtnetlink, linkIndex, name.madeClsact());
            }
        } finally {
            abandon();
        }
    }

    /** Lets go of everything but the filter: what the kernel does when the process dies. */
    void abandon() {
        open = false;
        mark.close();
        map.close();
        rtnetlink.close();
    }

    /**
     * Removes the filters of dead instances on all interfaces of this thread's network namespace.
     */
    public static List<Removed> removeStale() {
        try (Rtnetlink rtnetlink = Rtnetlink.open()) {
            List<Removed> removed = new ArrayList<>();
            for (int linkIndex : rtnetlink.linksWithIngress()) {
                removed.addAll(removeStale(rtnetlink, linkIndex, false));
            }
            return removed;
        }
    }

    /** Removes the filters of dead instances on one interface. */
    public static List<Removed> removeStale(String linkName) {
        try (Rtnetlink rtnetlink = Rtnetlink.open()) {
            return removeStale(rtnetlink, rtnetlink.requireLink(linkName).index(), false);
        }
    }

    private static List<Removed> removeStale(
            Rtnetlink rtnetlink, int linkIndex, boolean keepClsact) {
        List<Removed> removed = new ArrayList<>();
        boolean madeClsact = false;
        for (TrafficFilter filter : ours(rtnetlink, linkIndex)) {
            if (isStale(filter) && rtnetlink.deleteFilter(filter)) {
                removed.add(new Removed(rtnetlink.linkName(linkIndex), filter.name()));
                madeClsact |= madeClsact(filter);
            }
        }
        removeUnusedClsact(rtnetlink, linkIndex, madeClsact && !keepClsact);
        return removed;
    }

    private static void removeUnusedClsact(Rtnetlink rtnetlink, int linkIndex, boolean wanted) {
        if (wanted
                && rtnetlink.filters(linkIndex, Hook.INGRESS).isEmpty()
                && rtnetlink.filters(linkIndex, Hook.EGRESS).isEmpty()) {
            rtnetlink.deleteClsact(linkIndex);
        }
    }

    private static List<TrafficFilter> ours(Rtnetlink rtnetlink, int linkIndex) {
        return rtnetlink.filters(linkIndex, Hook.INGRESS).stream()
                .filter(filter -> SteeringName.of(filter).isPresent())
                .toList();
    }

    private static boolean isStale(TrafficFilter filter) {
        Optional<SteeringName> name = SteeringName.of(filter);
        return name.isPresent() && !LivenessMark.isTaken(name.get().mark());
    }

    private static boolean madeClsact(TrafficFilter filter) {
        return SteeringName.of(filter).map(SteeringName::madeClsact).orElse(false);
    }
}
