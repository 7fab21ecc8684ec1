package lb.director.daemon;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import lb.core.connection.ConnectionTable;
import lb.core.forward.NeighbourReport;
import lb.core.linux.Capabilities;
import lb.core.linux.Link;
import lb.core.service.Gate;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceTable;
import lb.core.service.VirtualService;
import lb.core.wire.IpAddress;
import lb.director.config.DirectorConfiguration;
import lb.director.config.DirectorSettings;
import lb.director.control.Change;
import lb.director.control.ControlException;
import lb.director.control.VrrpReport;
import lb.director.notify.StartStopScripts;
import lb.director.overrides.Changes;
import lb.director.overrides.Overrides;
import lb.director.plugin.Schedulers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running director. Starting is for one thread; applying, changing and closing are serialised;
 * the views may be read by any.
 *
 * <p>Order at the start: frames are received and can be forwarded before the host is kept from
 * answering, and that before the VIPs are there; at the end the other way round. So a client's
 * segment never meets a host that would reset its connection.
 */
public final class DirectorDaemon implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DirectorDaemon.class);

    private final Schedulers schedulers;
    private final DirectorSettings startedWith;
    private final DataPlane plane;
    private final @Nullable VipThread vips;
    private final Gates gates = new Gates();
    private final VmacLinks virtualMacs = new VmacLinks(this::onVirtualMacs);
    private final Undo undo = new Undo();
    private volatile DirectorConfiguration configuration;
    private volatile Overrides overrides = Overrides.NONE;
    private boolean closed;
    private volatile @Nullable VirtualRouters routers;

    private DirectorDaemon(
            DirectorConfiguration configuration, Schedulers schedulers, Consumer<String> onFatal) {
        this.schedulers = schedulers;
        this.configuration = configuration;
        startedWith = configuration.settings();
        undo.add(() ->
                StartStopScripts.run("shutdown_script", configuration.notifications().shutdown()));
        Housekeeping housekeeping = new Housekeeping();
        undo.add(housekeeping::close);
        gates.keep(VrrpMapping.vips(configuration));
        gates.settle();
        try {
            ServiceTable first =
                    ruled(
                            ServiceTable.empty(startedWith.workers()),
                            configured(configuration),
                            configuration);
            plane = new DataPlane(configuration, first, housekeeping.upkeep(), undo);
            gates.tell(plane::interruptShortcuts);
            vips = plane.interfaces().isEmpty() ? null : holdPlainVips(onFatal);
            speakFor(configuration, Set.of());
            List<Runnable> parts = new ArrayList<>(plane.upkeep());
            parts.add(this::passDeadlines);
            housekeeping.begin(parts);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private VipThread holdPlainVips(Consumer<String> onFatal) {
        VipThread thread =
                new VipThread(
                        plane.interfaces().all(),
                        startedWith.vipLeaseSeconds(),
                        plane.workers(),
                        onFatal);
        undo.add(thread::close);
        thread.hold(plainVips(configuration));
        return thread;
    }

    /**
     * The configured VIPs that no vrrp_instance names: held from start to stop, whatever commands
     * do to their services.
     */
    private Set<IpAddress> plainVips(DirectorConfiguration of) {
        return ConfigurationMapping.vips(of).stream()
                .filter(vip -> gates.of(vip).equals(Gate.ALWAYS_OPEN))
                .collect(Collectors.toSet());
    }

    private void speakFor(DirectorConfiguration configuration, Set<IpAddress> freshGates) {
        VirtualRouters running = routers;
        if (running != null) {
            running.apply(configuration, freshGates);
        } else if (!configuration.vrrpInstances().isEmpty()) {
            plane.workers().beat();
            VirtualRouters started =
                    new VirtualRouters(
                            configuration,
                            gates,
                            () -> vips == null || vips.workersAnswer(),
                            plane.interfaces().isEmpty()
                                    ? System::nanoTime
                                    : plane.workers()::beatNanos,
                            virtualMacs);
            undo.add(started::close);
            routers = started;
        }
    }

    private void onVirtualMacs(List<String> names, Map<String, List<Long>> byParent) {
        plane.useVirtualMacs(names, byParent);
    }

    /**
     * Starts a director; undoes everything when that fails.
     *
     * @param onFatal hears, on another thread, why the director cannot go on
     * @throws StartException with the reason, for the operator
     * @throws lb.core.linux.KernelException when the kernel refuses something
     */
    public static DirectorDaemon start(
            DirectorConfiguration configuration, Schedulers schedulers, Consumer<String> onFatal) {
        requireCapabilities();
        StartStopScripts.run("startup_script", configuration.notifications().startup());
        boolean forwards = !configuration.virtualServers().isEmpty();
        int workers = configuration.settings().workers();
        if (forwards) {
            WarmUp.run(schedulers.registry(), workers);
        }
        CompilerThreads.giveWay();
        DirectorDaemon daemon = new DirectorDaemon(configuration, schedulers, onFatal);
        daemon.plane.awaitNeighbours();
        if (forwards) {
            daemon.undo.add(
                    LateWarmUp.begin(LateWarmUp.PAUSES, schedulers.registry(), workers)::close);
        }
        return daemon;
    }

    /**
     * Looks whether this process may do what a director does.
     *
     * @throws StartException when it may not
     */
    static void requireCapabilities() {
        List<String> missing = Capabilities.current().missing();
        if (!missing.isEmpty()) {
            throw new StartException(
                    "this process lacks "
                            + String.join(", ", missing)
                            + ": run lb as root, or give it these capabilities");
        }
    }

    private synchronized void passDeadlines() {
        Overrides later = overrides.at(System.nanoTime());
        if (closed || later.equals(overrides)) {
            return;
        }
        LOG.info("deadlines of real servers that drain or leave have come; they are removed");
        put(configuration, later.over(configured(configuration), new ArrayList<>()));
    }

    /**
     * Takes up a changed configuration without disturbing what stays.
     *
     * <p>What leaves goes in the order of stopping, what comes in the order of starting: a VIP that
     * leaves is off the interface before its filter entry goes, and a real server that leaves keeps
     * its next hop until no worker picks it.
     *
     * <p>When that fails, what was there before goes on, or is there again.
     *
     * @throws IllegalArgumentException when it cannot be applied
     * @throws StartException when an interface of use_vmac cannot be made
     * @throws lb.core.linux.KernelException when the kernel refuses a part of it
     */
    public synchronized void apply(DirectorConfiguration wanted) {
        RunningLimits.requireInterface(plane.interfaces(), !wanted.virtualServers().isEmpty());
        RunningLimits.warnOfWhatNeedsARestart(startedWith, wanted.settings());
        virtualMacs.prepare(wanted.vrrpInstances());
        Set<IpAddress> fresh = gates.keep(VrrpMapping.vips(wanted));
        List<String> lost = new ArrayList<>();
        DirectorConfiguration former = configuration;
        Overrides formerOverrides = overrides;
        boolean inForce = false;
        try {
            put(wanted, overrides.over(configured(wanted), lost));
            speakFor(wanted, fresh);
            hold(plainVips(wanted));
            inForce = true;
        } finally {
            if (inForce) {
                gates.settle();
            } else {
                reinstate(former, formerOverrides);
            }
        }
        lost.forEach(line -> LOG.warn("the configuration no longer has it: {}", line));
    }

    /** What cannot be put back keeps nothing else from it. */
    private void reinstate(DirectorConfiguration former, Overrides formerOverrides) {
        Set<IpAddress> fresh = gates.takeBack();
        virtualMacs.takeBack();
        if (!configuration.equals(former)) {
            attempt("services", () -> put(former, formerOverrides));
            attempt("virtual routers", () -> speakFor(former, fresh));
            attempt("VIPs", () -> hold(plainVips(former)));
        }
    }

    private static void attempt(String what, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.error("the {} of before could not be put back: {}", what, e.getMessage());
        }
    }

    private void hold(Set<IpAddress> plain) {
        if (vips != null) {
            vips.hold(plain);
        }
    }

    /**
     * Makes all changes of an operator's, or none.
     *
     * @return what the schedulers of the changed services warn of
     * @throws ControlException when one cannot be made; says which and why
     */
    synchronized List<String> change(List<Change> changes) throws ControlException {
        List<ServiceDefinition> below = configured(configuration);
        Overrides changed = overrides;
        long now = System.nanoTime();
        for (int i = 0; i < changes.size(); i++) {
            try {
                changed = Changes.apply(changes.get(i), below, changed, now);
            } catch (ControlException e) {
                throw changes.size() == 1
                        ? e
                        : new ControlException("change " + (i + 1) + ": " + e.getMessage(), e);
            }
        }
        RunningLimits.requireRules(
                changed.on(below, gates::of),
                below,
                ConfigurationMapping.classifier(configuration, gates::of));
        ServiceTable old = plane.services();
        try {
            put(configuration, changed);
        } catch (IllegalArgumentException e) {
            throw new ControlException(String.valueOf(e.getMessage()), e);
        }
        changes.forEach(change -> LOG.info("by command: {}", change));
        return warnings(old);
    }

    private List<String> warnings(ServiceTable old) {
        List<String> warnings = new ArrayList<>();
        for (VirtualService service : services().services()) {
            if (!service.equals(old.get(service.key()))) {
                service.warnings().forEach(line -> warnings.add(service.key() + ": " + line));
            }
        }
        warnings.forEach(LOG::warn);
        return warnings;
    }

    /** The schedulers that ship with lb and those of the plug-in folder. */
    Schedulers schedulers() {
        return schedulers;
    }

    private List<ServiceDefinition> configured(DirectorConfiguration in) {
        return ConfigurationMapping.services(in, gates::of);
    }

    /** The one way to a new desired state: configuration and overrides. */
    private void put(DirectorConfiguration wanted, Overrides over) {
        List<ServiceDefinition> definitions = over.on(configured(wanted), gates::of);
        RunningLimits.requireInterface(plane.interfaces(), !definitions.isEmpty());
        Steering.requireRoom(
                definitions.stream().map(ServiceDefinition::key).toList(),
                ConfigurationMapping.classifier(wanted, gates::of));
        plane.replaceServices(before -> ruled(before, definitions, wanted), wanted, over);
        Set<IpAddress> staying = plainVips(configuration);
        configuration = wanted;
        overrides = over;
        staying.retainAll(plainVips(wanted));
        hold(staying);
        plane.forgetFormer();
    }

    private ServiceTable ruled(
            ServiceTable before, List<ServiceDefinition> wanted, DirectorConfiguration rules) {
        return ConfigurationMapping.ruled(
                before.replacedBy(wanted, schedulers.registry()), rules, gates::of);
    }

    /** The services now. */
    public ServiceTable services() {
        return plane.services();
    }

    /** What differs from the configuration because of commands. */
    Overrides overrides() {
        return overrides;
    }

    /** The connection table. */
    public ConnectionTable connections() {
        return plane.connections();
    }

    /** The workers. */
    Workers workers() {
        return plane.workers();
    }

    /** What is known of the ways to the real servers. */
    public List<NeighbourReport> neighbours() {
        return plane.neighbours();
    }

    /** The VIPs that it holds, as text. */
    public Set<String> vips() {
        Set<String> held = new HashSet<>();
        VirtualRouters running = routers;
        if (running != null) {
            held.addAll(running.held());
        }
        if (vips != null) {
            held.addAll(vips.held());
        }
        return held;
    }

    /** Where its virtual routers stand. */
    VrrpReport vrrp() {
        VirtualRouters running = routers;
        return running == null ? VrrpReport.NONE : running.report();
    }

    /** The kind of receive ring, such as {@code v2}; of an adaptive one what it is now. */
    String ring() {
        String configured = startedWith.ring().name().toLowerCase(Locale.ROOT);
        return startedWith.ring() == DirectorSettings.Ring.AUTO
                ? configured + " (" + plane.workers().ringsInUse() + ")"
                : configured;
    }

    /** The names of the interfaces where clients' frames come in. */
    public List<String> interfaceNames() {
        return plane.interfaces().all().stream().map(Link::name).toList();
    }

    /**
     * Gives back to the kernel whatever was added to it; what fails is logged, and the rest goes
     * on.
     */
    @Override
    public synchronized void close() {
        closed = true;
        undo.run();
    }
}
