package lb.director.daemon;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import lb.core.wire.IpAddress;
import lb.director.config.DirectorConfiguration;
import lb.director.config.Tracked;
import lb.director.config.VipAddress;
import lb.director.config.VrrpInstanceEntry;
import lb.director.control.VrrpGroupReport;
import lb.director.control.VrrpInstanceReport;
import lb.director.control.VrrpReport;
import lb.director.control.VrrpTrackerReport;
import lb.director.notify.Notifier;
import lb.director.script.ScriptRunner;
import lb.director.tracking.TrackerStatus;
import lb.director.tracking.Tracking;
import lb.vrrp.automaton.Action;
import lb.vrrp.speaker.GroupStatus;
import lb.vrrp.speaker.Speaker;
import lb.vrrp.speaker.SpeakerListener;
import lb.vrrp.speaker.SpeakerSettings;
import lb.vrrp.speaker.VrrpInstance;
import lb.vrrp.speaker.VrrpStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All vrrp_instances of this director: the speaker decides, the gates and the VIPs follow.
 * Starting, applying and closing is for one thread; the speaker's thread brings the actions.
 */
final class VirtualRouters implements SpeakerListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VirtualRouters.class);

    /** The speaker makes a turn at least four times a second. */
    private static final long SPEAKER_ALIVE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Gates gates;
    private final VmacLinks virtualMacs;
    private final InstanceVips vips;
    private final Map<String, VrrpInstanceEntry> entries = new ConcurrentHashMap<>();
    private final ScriptRunner scripts = new ScriptRunner();
    private final Tracking tracking;
    private final Notifier notifier;
    private final RouterNotices notices;
    private final Speaker speaker;

    /**
     * Starts them.
     *
     * @param gates which has one for each VIP
     * @param dataPlaneHealthy whether frames are forwarded; must not block
     * @param dataPlaneBeatNanos changes while they are, see {@link SpeakerSettings}
     * @param virtualMacs the interfaces of use_vmac, prepared; ends with this
     */
    VirtualRouters(
            DirectorConfiguration configuration,
            Gates gates,
            BooleanSupplier dataPlaneHealthy,
            LongSupplier dataPlaneBeatNanos,
            VmacLinks virtualMacs) {
        this.gates = gates;
        this.virtualMacs = virtualMacs;
        vips =
                new InstanceVips(
                        configuration.settings().vipLeaseSeconds(),
                        () -> dataPlaneHealthy.getAsBoolean() && speaks(),
                        virtualMacs);
        tracking = new Tracking(configuration.vrrpTracking(), new TrackedRuns(scripts));
        notifier = new Notifier(configuration.notifications());
        notices = new RouterNotices(notifier);
        try {
            virtualMacs.keep(configuration.vrrpInstances());
            remember(configuration);
            SpeakerSettings settings = VrrpMapping.settings(configuration, dataPlaneBeatNanos);
            vips.prepare(configuration.vrrpInstances(), settings);
            speaker =
                    Speaker.start(
                            VrrpMapping.instances(configuration),
                            VrrpMapping.groups(configuration),
                            VrrpMapping.neverSources(configuration),
                            settings,
                            this,
                            tracking);
        } catch (RuntimeException e) {
            tracking.close();
            scripts.close();
            notifier.close();
            vips.close();
            virtualMacs.keep(List.of());
            throw e;
        }
        tracking.start(speaker::reconsider);
    }

    private boolean speaks() {
        Speaker now = speaker;
        // Null while it starts.
        return now != null && System.nanoTime() - now.lastTurnNanos() < SPEAKER_ALIVE_NANOS;
    }

    private void remember(DirectorConfiguration configuration) {
        for (VrrpInstanceEntry entry : configuration.vrrpInstances()) {
            entries.put(entry.name(), entry);
        }
    }

    /**
     * Takes up a changed and prepared configuration; the gates know its VIPs already. What can
     * change in place does, see {@link Speaker#replaceInstances}.
     *
     * <p>When that fails, the former configuration is to be applied again.
     *
     * @param freshGates VIPs whose gate is new: closed, though their instance may be Active
     */
    void apply(DirectorConfiguration configuration, Set<IpAddress> freshGates) {
        List<VrrpInstance> wanted = VrrpMapping.instances(configuration);
        Set<IpAddress> neverSources = VrrpMapping.neverSources(configuration);
        tracking.apply(configuration.vrrpTracking());
        // What leaves has to take its own VIPs with it, so it is told before these are forgotten.
        speaker.dismiss(wanted);
        Set<String> changed =
                configuration.vrrpInstances().stream()
                        .filter(entry ->
                                !entry.equals(entries.get(entry.name()))
                                        || hasOneOf(entry, freshGates))
                        .map(VrrpInstanceEntry::name)
                        .collect(Collectors.toSet());
        virtualMacs.keep(configuration.vrrpInstances());
        remember(configuration);
        notifier.apply(configuration.notifications());
        speaker.replaceInstances(wanted, VrrpMapping.groups(configuration), neverSources);
        speaker.ownAgain(changed);
        entries.keySet()
                .retainAll(
                        configuration.vrrpInstances().stream()
                                .map(VrrpInstanceEntry::name)
                                .collect(Collectors.toSet()));
    }

    private static boolean hasOneOf(VrrpInstanceEntry entry, Set<IpAddress> vips) {
        return VrrpMapping.vips(entry).stream()
                .anyMatch(vip -> vips.contains(IpAddress.of(vip.address())));
    }

    @Override
    public void onAction(VrrpInstance instance, Action action) {
        VrrpInstanceEntry entry = entries.get(instance.name());
        if (entry == null) {
            return;
        }
        notices.onAction(instance, action);
        switch (action) {
            case Action.OpenGate _ -> setGates(entry, true);
            case Action.CloseGate _ -> setGates(entry, false);
            case Action.AcceptVips _ -> vips.accept(entry);
            case Action.ReleaseVips _ -> vips.release(entry);
            case Action.Announce(int rounds) -> vips.announce(entry, rounds);
            case Action.CancelAnnouncements _ -> vips.cancelAnnouncements(entry);
            case Action.NotifyLowerPriority(int heard) ->
                    LOG.info("({}) a router with priority {} is Active too", entry.name(), heard);
            case Action.Notify _, Action.Report _, Action.SendAdvert _, Action.Probe _ -> {}
        }
    }

    @Override
    public void onGroup(String group, String state) {
        notices.onGroup(group, state);
    }

    @Override
    public void onPriority(VrrpInstance instance, int priority, String state) {
        notices.onPriority(instance, priority, state);
    }

    private void setGates(VrrpInstanceEntry entry, boolean open) {
        for (VipAddress vip : VrrpMapping.vips(entry)) {
            gates.set(IpAddress.of(vip.address()), open);
        }
    }

    /** Where each instance, group and tracker stands. */
    VrrpReport report() {
        return new VrrpReport(
                speaker.statuses().stream().map(this::report).toList(),
                speaker.groupStatuses().stream().map(VirtualRouters::report).toList());
    }

    private static VrrpGroupReport report(GroupStatus status) {
        return new VrrpGroupReport(
                status.group().name(), status.state(), status.group().instances());
    }

    private static VrrpTrackerReport report(TrackerStatus status) {
        Tracked tracked = status.tracked();
        return new VrrpTrackerReport(
                tracked.kind().name().toLowerCase(Locale.ROOT),
                tracked.name(),
                status.state(),
                tracked.weight(),
                tracked.reverse(),
                status.change(),
                status.fault());
    }

    private VrrpInstanceReport report(VrrpStatus status) {
        VrrpInstance instance = status.instance();
        VrrpInstanceEntry entry = entries.get(instance.name());
        List<VipAddress> addresses = entry == null ? List.of() : VrrpMapping.vips(entry);
        return new VrrpInstanceReport(
                instance.name(),
                status.state(),
                instance.interfaceName(),
                instance.format().vrid(),
                instance.format().version().number(),
                instance.router().priority(),
                status.priority(),
                status.intervalNanos() / 1e9,
                addresses.stream()
                        .map(vip -> IpAddress.of(vip.address()) + "/" + vip.prefixLength())
                        .toList(),
                status.source(),
                status.active(),
                status.nanosInState() / 1e9,
                status.faults(),
                tracking.statuses(instance.name()).stream().map(VirtualRouters::report).toList(),
                status.counters());
    }

    /** The VIPs that it holds now, as text. */
    Set<String> held() {
        return vips.held();
    }

    /** Leaves with priority 0, removes the VIPs, and tells of it. */
    @Override
    public void close() {
        tracking.close();
        notifier.stopping();
        speaker.close();
        scripts.close();
        vips.close();
        notifier.close();
        virtualMacs.close();
    }
}
