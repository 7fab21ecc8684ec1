package lb.director.daemon;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import lb.core.director.VirtualMacs;
import lb.core.linux.Link;
import lb.core.wire.IpAddress;
import lb.director.config.AnnouncementRules;
import lb.director.config.DirectorConfiguration;
import lb.director.config.GlobalDefinitions;
import lb.director.config.SyncGroupEntry;
import lb.director.config.VipAddress;
import lb.director.config.VrrpInstanceEntry;
import lb.vrrp.automaton.AnnouncementSettings;
import lb.vrrp.automaton.InitialState;
import lb.vrrp.automaton.VirtualRouterSettings;
import lb.vrrp.speaker.GroupMembers;
import lb.vrrp.speaker.SpeakerSettings;
import lb.vrrp.speaker.VrrpInstance;
import lb.vrrp.wire.AdvertFormat;
import lb.vrrp.wire.Authentication;
import lb.vrrp.wire.ChecksumForm;
import lb.vrrp.wire.UnicastPeer;
import lb.vrrp.wire.VrrpVersion;
import org.jspecify.annotations.Nullable;

/**
 * Says in the speaker's terms what the configuration says in keepalived's. Stateless; any thread.
 */
final class VrrpMapping {
    private static final int OWNER = 255;

    private VrrpMapping() {}

    /** All instances, in the order of the configuration. */
    static List<VrrpInstance> instances(DirectorConfiguration configuration) {
        Set<String> heldUp = ownersAmongOthers(configuration);
        return configuration.vrrpInstances().stream()
                .map(entry ->
                        instance(
                                entry,
                                heldUp.contains(entry.name()),
                                configuration.settings().vipProbe()))
                .toList();
    }

    /** What the speaker's thread has to know. */
    static SpeakerSettings settings(
            DirectorConfiguration configuration, LongSupplier dataPlaneBeatNanos) {
        GlobalDefinitions.VrrpThread thread = configuration.globals().vrrpThread();
        return new SpeakerSettings(dataPlaneBeatNanos, thread.realtimePriority(), thread.nice());
    }

    /** All sync groups, in the order of the configuration. */
    static List<GroupMembers> groups(DirectorConfiguration configuration) {
        return configuration.vrrpTracking().groups().stream()
                .map(group -> new GroupMembers(group.name(), group.members()))
                .toList();
    }

    /** An owner whose group has others too cannot start ahead of these. */
    private static Set<String> ownersAmongOthers(DirectorConfiguration configuration) {
        Set<String> owners = new HashSet<>();
        configuration.vrrpInstances().stream()
                .filter(entry -> entry.priority() == OWNER)
                .forEach(entry -> owners.add(entry.name()));
        Set<String> heldUp = new HashSet<>();
        for (SyncGroupEntry group : configuration.vrrpTracking().groups()) {
            if (!owners.containsAll(group.members())) {
                heldUp.addAll(group.members());
            }
        }
        heldUp.retainAll(owners);
        return heldUp;
    }

    private static VrrpInstance instance(VrrpInstanceEntry entry, boolean heldUp, boolean probes) {
        VrrpVersion version = entry.version() == 2 ? VrrpVersion.V2 : VrrpVersion.V3;
        return new VrrpInstance(
                entry.name(),
                entry.interfaceName(),
                format(entry, version),
                router(entry, version, heldUp),
                entry.source().map(IpAddress::of).orElse(null),
                entry.virtualMac().filter(vmac -> !vmac.transmitOnBase()).isPresent()
                        ? virtualMac(entry)
                        : Link.NO_MAC,
                probes ? probedVip(entry) : null);
    }

    /**
     * The first VIP on the adverts' own interface, else the first of all. With use_vmac none:
     * whoever is Active, its clients know the same MAC address.
     */
    private static @Nullable IpAddress probedVip(VrrpInstanceEntry entry) {
        if (entry.virtualMac().isPresent()) {
            return null;
        }
        boolean ipv4 = isIpv4(entry.addresses().getFirst());
        List<VipAddress> candidates =
                vips(entry).stream().filter(vip -> isIpv4(vip) == ipv4).toList();
        return candidates.stream()
                .filter(vip -> vip.device().equals(entry.interfaceName()))
                .findFirst()
                .or(() -> candidates.stream().findFirst())
                .map(vip -> IpAddress.of(vip.address()))
                .orElse(null);
    }

    private static boolean isIpv4(VipAddress vip) {
        return IpAddress.of(vip.address()).isIpv4();
    }

    /** The virtual router's own MAC address (RFC 9568 section 7.3), whether it is used or not. */
    static long virtualMac(VrrpInstanceEntry entry) {
        boolean ipv4 = IpAddress.of(entry.addresses().getFirst().address()).isIpv4();
        return VirtualMacs.of(ipv4, entry.virtualRouterId());
    }

    private static AdvertFormat format(VrrpInstanceEntry entry, VrrpVersion version) {
        List<IpAddress> addresses =
                entry.addresses().stream().map(vip -> IpAddress.of(vip.address())).toList();
        AdvertFormat.Builder format =
                AdvertFormat.of(version, entry.virtualRouterId(), addresses)
                        .advertIntervalNanos(entry.advertIntervalNanos())
                        .authentication(
                                entry.password()
                                        .map(Authentication::password)
                                        .orElse(Authentication.none()))
                        .checksumForm(ChecksumForm.valueOf(entry.checksum().name()))
                        .skipCheckAdvAddr(entry.skipCheckAdvAddr())
                        .owner(entry.priority() == OWNER)
                        .unicastPeers(entry.peers().stream().map(VrrpMapping::peer).toList())
                        .checkUnicastSource(entry.checkUnicastSource())
                        .unicastTtl(entry.unicastTtl());
        entry.group().map(IpAddress::of).ifPresent(format::group);
        return format.build();
    }

    private static UnicastPeer peer(VrrpInstanceEntry.Peer peer) {
        return new UnicastPeer(IpAddress.of(peer.address()), peer.minTtl(), peer.maxTtl());
    }

    private static VirtualRouterSettings router(
            VrrpInstanceEntry entry, VrrpVersion version, boolean heldUp) {
        AnnouncementRules rules = entry.announcements();
        return VirtualRouterSettings.of(version)
                .priority(entry.priority())
                .advertIntervalNanos(entry.advertIntervalNanos())
                .initialState(
                        heldUp ? InitialState.BACKUP : InitialState.valueOf(entry.state().name()))
                .preempt(entry.preempt())
                .preemptDelayNanos(entry.preemptDelayNanos())
                .startupDelayNanos(entry.startupDelayNanos())
                .downTimerAdverts(entry.downTimerAdverts())
                .lowerPriorityNoAdvert(entry.lowerPriorityNoAdvert())
                .higherPrioritySendAdvert(entry.higherPrioritySendAdvert())
                .announcements(
                        new AnnouncementSettings(
                                rules.repeat(),
                                rules.delayNanos(),
                                rules.refreshNanos(),
                                rules.refreshRepeat(),
                                rules.lowerPriorityRepeat(),
                                rules.lowerPriorityDelayNanos()))
                .build();
    }

    /** All VIPs of an instance, in the order in which they are announced. */
    static List<VipAddress> vips(VrrpInstanceEntry entry) {
        return Stream.concat(entry.addresses().stream(), entry.excluded().stream()).toList();
    }

    /** The VIPs of all instances. */
    static Set<IpAddress> vips(DirectorConfiguration configuration) {
        Set<IpAddress> vips = new HashSet<>();
        for (VrrpInstanceEntry entry : configuration.vrrpInstances()) {
            vips(entry).forEach(vip -> vips.add(IpAddress.of(vip.address())));
        }
        return vips;
    }

    /** What no instance may take for the host's own address; an owner's VIPs are just that. */
    static Set<IpAddress> neverSources(DirectorConfiguration configuration) {
        Set<IpAddress> vips = vips(configuration);
        for (VrrpInstanceEntry entry : configuration.vrrpInstances()) {
            if (entry.priority() == OWNER) {
                vips(entry).forEach(vip -> vips.remove(IpAddress.of(vip.address())));
            }
        }
        Stream.concat(
                        configuration.virtualServers().stream()
                                .filter(server -> server.mark() == 0)
                                .map(server -> IpAddress.of(server.address())),
                        configuration.classifier().stream()
                                .map(rule -> IpAddress.of(rule.destination())))
                .filter(vip -> !vips(configuration).contains(vip))
                .forEach(vips::add);
        return vips;
    }
}
