package lb.director.daemon;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import lb.core.wire.IpAddress;
import lb.director.config.DirectorConfiguration;
import lb.director.config.VipAddress;
import lb.director.config.VrrpInstanceEntry;
import lb.director.control.VrrpInstanceReport;
import lb.vrrp.automaton.Action;
import lb.vrrp.speaker.Speaker;
import lb.vrrp.speaker.SpeakerSettings;
import lb.vrrp.speaker.VrrpInstance;
import lb.vrrp.speaker.VrrpStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All vrrp_instances of this director: the speaker decides, the gates and the VIPs follow.
 * Starting, applying and closing is for one thread; the speaker's thread brings the actions.
 */
final class VirtualRouters implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VirtualRouters.class);

    /** The speaker makes a turn at least four times a second. */
    private static final long SPEAKER_ALIVE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Gates gates;
    private final VmacLinks virtualMacs;
    private final InstanceVips vips;
    private final Map<String, VrrpInstanceEntry> entries = new ConcurrentHashMap<>();
    private final Speaker speaker;

    /**
     * Starts them.
     *
     * @param gates which has one for each VIP
     * @param dataPlaneHealthy whether frames are forwarded; must not block
     * @param dataPlaneBeatNanos changes while they are, see {@link SpeakerSettings}
     * @param onVirtualMacs hears of the interfaces of use_vmac
     */
    VirtualRouters(
            DirectorConfiguration configuration,
            Gates gates,
            BooleanSupplier dataPlaneHealthy,
            LongSupplier dataPlaneBeatNanos,
            VmacLinks.Listener onVirtualMacs) {
        this.gates = gates;
        virtualMacs = new VmacLinks(onVirtualMacs);
        vips =
                new InstanceVips(
                        configuration.settings().vipLeaseSeconds(),
                        () -> dataPlaneHealthy.getAsBoolean() && speaks(),
                        virtualMacs);
        try {
            virtualMacs.keep(configuration.vrrpInstances());
            remember(configuration);
            configuration.vrrpInstances().forEach(vips::prepare);
            speaker =
                    Speaker.start(
                            VrrpMapping.instances(configuration),
                            VrrpMapping.neverSources(configuration),
                            VrrpMapping.settings(configuration, dataPlaneBeatNanos),
                            this::onAction);
        } catch (RuntimeException e) {
            vips.close();
            virtualMacs.close();
            throw e;
        }
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
     * Takes up a changed configuration; the gates know its VIPs already. Instances that stay the
     * same go on; a change of nothing but the priority takes effect in place; any other change
     * begins the instance anew.
     */
    void apply(DirectorConfiguration configuration) {
        List<VrrpInstance> wanted = VrrpMapping.instances(configuration);
        Set<IpAddress> neverSources = VrrpMapping.neverSources(configuration);
        Set<String> staying =
                configuration.vrrpInstances().stream()
                        .filter(this::stays)
                        .map(VrrpInstanceEntry::name)
                        .collect(Collectors.toSet());
        // What leaves has to take its own VIPs with it, so it is told before these are forgotten.
        speaker.replaceInstances(
                wanted.stream().filter(one -> staying.contains(one.name())).toList(), neverSources);
        virtualMacs.keep(configuration.vrrpInstances());
        remember(configuration);
        speaker.replaceInstances(wanted, neverSources);
    }

    private boolean stays(VrrpInstanceEntry entry) {
        VrrpInstanceEntry before = entries.get(entry.name());
        return before != null && before.equals(entry.withPriority(before.priority()));
    }

    private void onAction(VrrpInstance instance, Action action) {
        VrrpInstanceEntry entry = entries.get(instance.name());
        if (entry == null) {
            return;
        }
        switch (action) {
            case Action.OpenGate _ -> setGates(entry, true);
            case Action.CloseGate _ -> setGates(entry, false);
            case Action.AcceptVips _ -> vips.accept(entry);
            case Action.ReleaseVips _ -> vips.release(entry);
            case Action.Announce(int rounds) -> vips.announce(entry, rounds);
            case Action.CancelAnnouncements _ -> vips.cancelAnnouncements(entry);
            case Action.NotifyLowerPriority(int heard) ->
                    LOG.info("({}) a router with priority {} is Active too", entry.name(), heard);
            case Action.Notify _, Action.Report _, Action.SendAdvert _ -> {}
        }
    }

    private void setGates(VrrpInstanceEntry entry, boolean open) {
        for (VipAddress vip : VrrpMapping.vips(entry)) {
            gates.set(IpAddress.of(vip.address()), open);
        }
    }

    /** Where each instance stands. */
    List<VrrpInstanceReport> reports() {
        return speaker.statuses().stream().map(this::report).toList();
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
                status.counters());
    }

    /** The VIPs that it holds now, as text. */
    Set<String> held() {
        return vips.held();
    }

    /** Leaves with priority 0 and removes the VIPs. */
    @Override
    public void close() {
        speaker.close();
        vips.close();
        virtualMacs.close();
    }
}
