package lb.director.config;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * A {@code vrrp_instance}, complete: what it does not say has keepalived's default, or that of
 * {@code global_defs}. Immutable.
 *
 * @param version 2 or 3
 * @param priority 1 to 255
 * @param advertIntervalNanos as the version can express it
 * @param password of {@code auth_type PASS}
 * @param addresses listed in adverts, all of one family, at least one
 * @param excluded owned but not listed
 * @param source {@code unicast_src_ip} or {@code mcast_src_ip}
 * @param group {@code mcast_dst_ip} or {@code vrrp_mcast_group4/6}
 * @param peers adverts go to these instead of the group, if there are any
 * @param startupDelayNanos {@code vrrp_startup_delay}
 * @param virtualMac where the VIPs are, unless they name a device
 */
public record VrrpInstanceEntry(
        String name,
        String interfaceName,
        int virtualRouterId,
        InitialState state,
        int version,
        int priority,
        long advertIntervalNanos,
        Optional<String> password,
        List<VipAddress> addresses,
        List<VipAddress> excluded,
        boolean preempt,
        long preemptDelayNanos,
        int downTimerAdverts,
        boolean lowerPriorityNoAdvert,
        boolean higherPrioritySendAdvert,
        boolean skipCheckAdvAddr,
        boolean checkUnicastSource,
        int unicastTtl,
        Checksum checksum,
        Optional<InetAddress> source,
        Optional<InetAddress> group,
        List<Peer> peers,
        AnnouncementRules announcements,
        long startupDelayNanos,
        Optional<VirtualMac> virtualMac) {

    /** {@code state}. */
    public enum InitialState {
        UNSTATED,
        MASTER,
        BACKUP
    }

    /** What the checksum of version 3 over IPv4 covers. */
    public enum Checksum {
        PSEUDO,
        PLAIN,
        AUTO
    }

    /**
     * {@code use_vmac}.
     *
     * @param interfaceName of the interface that has the virtual MAC address and the VIPs
     * @param transmitOnBase {@code vmac_xmit_base}: adverts come from the interface's own MAC
     *     address
     */
    public record VirtualMac(String interfaceName, boolean transmitOnBase) {}

    /** A line of {@code unicast_peer}. */
    public record Peer(InetAddress address, int minTtl, int maxTtl) {}

    public VrrpInstanceEntry {
        addresses = List.copyOf(addresses);
        excluded = List.copyOf(excluded);
        peers = List.copyOf(peers);
    }

    /** The same with nothing to own; not for an election. */
    public VrrpInstanceEntry withoutVips() {
        return new VrrpInstanceEntry(
                name,
                interfaceName,
                virtualRouterId,
                state,
                version,
                priority,
                advertIntervalNanos,
                password,
                List.of(),
                List.of(),
                preempt,
                preemptDelayNanos,
                downTimerAdverts,
                lowerPriorityNoAdvert,
                higherPrioritySendAdvert,
                skipCheckAdvAddr,
                checkUnicastSource,
                unicastTtl,
                checksum,
                source,
                group,
                peers,
                announcements,
                startupDelayNanos,
                Optional.empty());
    }
}
