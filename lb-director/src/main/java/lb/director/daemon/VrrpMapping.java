package lb.director.daemon;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import lb.core.wire.IpAddress;
import lb.director.config.AnnouncementRules;
import lb.director.config.DirectorConfiguration;
import lb.director.config.VipAddress;
import lb.director.config.VrrpInstanceEntry;
import lb.vrrp.automaton.AnnouncementSettings;
import lb.vrrp.automaton.InitialState;
import lb.vrrp.automaton.VirtualRouterSettings;
import lb.vrrp.speaker.VrrpInstance;
import lb.vrrp.wire.AdvertFormat;
import lb.vrrp.wire.Authentication;
import lb.vrrp.wire.ChecksumForm;
import lb.vrrp.wire.UnicastPeer;
import lb.vrrp.wire.VrrpVersion;

/**
 * Says in the speaker's terms what the configuration says in keepalived's. Stateless; any thread.
 */
final class VrrpMapping {
    private static final int OWNER = 255;

    private VrrpMapping() {}

    /** All instances, in the order of the configuration. */
    static List<VrrpInstance> instances(DirectorConfiguration configuration) {
        return configuration.vrrpInstances().stream().map(VrrpMapping::instance).toList();
    }

    private static VrrpInstance instance(VrrpInstanceEntry entry) {
        VrrpVersion version = entry.version() == 2 ? VrrpVersion.V2 : VrrpVersion.V3;
        return new VrrpInstance(
                entry.name(),
                entry.interfaceName(),
                format(entry, version),
                router(entry, version),
                entry.source().map(IpAddress::of).orElse(null));
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

    private static VirtualRouterSettings router(VrrpInstanceEntry entry, VrrpVersion version) {
        AnnouncementRules rules = entry.announcements();
        return VirtualRouterSettings.of(version)
                .priority(entry.priority())
                .advertIntervalNanos(entry.advertIntervalNanos())
                .initialState(InitialState.valueOf(entry.state().name()))
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
