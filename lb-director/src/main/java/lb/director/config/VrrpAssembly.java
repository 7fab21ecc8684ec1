package lb.director.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import lb.director.config.VrrpInstanceEntry.InitialState;
import lb.director.config.VrrpInstanceEntry.Peer;
import lb.director.config.VrrpInstanceEntry.VirtualMac;
import lb.director.config.syntax.Location;
import org.jspecify.annotations.Nullable;

/**
 * Makes complete instances of what was read: defaults, the rules between keywords, and what no two
 * instances may share. Owned by the reading thread.
 */
final class VrrpAssembly {
    private static final long SECOND = 1_000_000_000L;
    private static final long CENTISECOND = 10_000_000L;
    private static final int OWNER = 255;
    private static final int MAXIMUM_ADDRESSES = 255;
    private static final int MAXIMUM_ADDRESSES_IPV6 = 89;
    private static final int PASSWORD_BYTES = 8;

    private final VrrpDefaults defaults;
    private final @Nullable String defaultInterface;
    private final Reading reading;
    private final List<VrrpInstanceEntry> instances = new ArrayList<>();
    private final Map<String, Location> names = new HashMap<>();
    private final Map<String, Location> routers = new HashMap<>();
    private final Map<InetAddress, Location> addresses = new HashMap<>();
    private final Map<String, Location> virtualMacs = new HashMap<>();

    VrrpAssembly(VrrpDefaults defaults, @Nullable String defaultInterface, Reading reading) {
        this.defaults = defaults;
        this.defaultInterface = defaultInterface;
        this.reading = reading;
    }

    List<VrrpInstanceEntry> instances() {
        return instances;
    }

    /** Adds an instance, or reports what is wrong with it. */
    void add(VrrpInstanceReader.Draft draft) {
        once(names, draft.name, draft.place, "vrrp_instance " + draft.name);
        String interfaceName = draft.interfaceName == null ? defaultInterface : draft.interfaceName;
        if (interfaceName == null && !draft.said.containsKey("interface")) {
            missing(draft, "interface", "as in: interface eth0");
        }
        if (draft.virtualRouterId == null && !draft.said.containsKey("virtual_router_id")) {
            missing(draft, "virtual_router_id", "a number 1 to 255, the same on all routers");
        }
        if (draft.addresses.isEmpty()) {
            if (!draft.said.containsKey("virtual_ipaddress")) {
                missing(draft, "virtual_ipaddress", "with at least one address");
            } else {
                reading.error(
                        draft.at("virtual_ipaddress"),
                        "virtual_ipaddress needs at least one address");
            }
        }
        if (interfaceName == null || draft.virtualRouterId == null || draft.addresses.isEmpty()) {
            return;
        }
        boolean ipv4 = Addresses.isIpv4(draft.addresses.getFirst().address());
        if (draft.strict == null ? defaults.strict : draft.strict) {
            StrictRules.apply(draft, defaults, reading);
        }
        once(
                routers,
                interfaceName + " " + draft.virtualRouterId + " " + ipv4,
                draft.at("virtual_router_id"),
                "virtual_router_id "
                        + draft.virtualRouterId
                        + (ipv4 ? " of IPv4 on " : " of IPv6 on ")
                        + interfaceName);
        checkAddresses(draft, ipv4);
        instances.add(complete(draft, interfaceName, draft.virtualRouterId, ipv4));
    }

    private void missing(VrrpInstanceReader.Draft draft, String keyword, String example) {
        reading.error(
                draft.place, "vrrp_instance " + draft.name + " needs " + keyword + ", " + example);
    }

    private <K> void once(Map<K, Location> seen, K key, Location place, String what) {
        Location first = seen.putIfAbsent(key, place);
        if (first != null) {
            reading.error(
                    place,
                    what
                            + " is there already ("
                            + first.near(place)
                            + "); change or remove one of them");
        }
    }

    private void checkAddresses(VrrpInstanceReader.Draft draft, boolean ipv4) {
        for (VipReader.Line line : draft.addresses) {
            if (Addresses.isIpv4(line.address()) != ipv4) {
                reading.error(
                        line.place(),
                        "virtual_ipaddress "
                                + line.address().getHostAddress()
                                + ": a virtual router has one address family; move it to"
                                + " virtual_ipaddress_excluded or to an instance of its own");
            }
        }
        excludeWhatNoAdvertHolds(draft, ipv4);
        for (List<VipReader.Line> lines : List.of(draft.addresses, draft.excluded)) {
            for (VipReader.Line line : lines) {
                once(
                        addresses,
                        line.address(),
                        line.place(),
                        "virtual IP address " + line.address().getHostAddress());
            }
        }
        checkFamily(draft, ipv4);
    }

    /** keepalived's limits for an MTU of 1500, so that both list the same addresses. */
    private void excludeWhatNoAdvertHolds(VrrpInstanceReader.Draft draft, boolean ipv4) {
        int most = ipv4 ? MAXIMUM_ADDRESSES : MAXIMUM_ADDRESSES_IPV6;
        if (draft.addresses.size() <= most) {
            return;
        }
        List<VipReader.Line> rest = draft.addresses.subList(most, draft.addresses.size());
        reading.adjusted(
                rest.getFirst().place(),
                "an advert holds "
                        + most
                        + " addresses: the last "
                        + rest.size()
                        + " are announced but not listed, as virtual_ipaddress_excluded; keep the"
                        + " same order on all routers");
        draft.excluded.addAll(0, rest);
        rest.clear();
    }

    private void checkFamily(VrrpInstanceReader.Draft draft, boolean ipv4) {
        List<InetAddress> others = new ArrayList<>();
        draft.peers.stream().map(Peer::address).forEach(others::add);
        if (draft.source != null) {
            others.add(draft.source);
        }
        if (draft.group != null) {
            others.add(draft.group);
        }
        for (InetAddress other : others) {
            if (Addresses.isIpv4(other) != ipv4) {
                reading.error(
                        draft.place,
                        "vrrp_instance "
                                + draft.name
                                + ": "
                                + other.getHostAddress()
                                + " is not of the family of its virtual IP addresses, "
                                + (ipv4 ? "IPv4" : "IPv6"));
            }
        }
    }

    private VrrpInstanceEntry complete(
            VrrpInstanceReader.Draft draft, String interfaceName, int id, boolean ipv4) {
        int version = version(draft, ipv4);
        int priority = priority(draft);
        boolean impatient = draft.state == InitialState.MASTER || priority == OWNER;
        boolean preempt = preempt(draft, impatient);
        Optional<VirtualMac> virtualMac = virtualMac(draft, id, ipv4);
        String device = virtualMac.map(VirtualMac::interfaceName).orElse(interfaceName);
        return new VrrpInstanceEntry(
                draft.name,
                interfaceName,
                id,
                draft.state,
                version,
                priority,
                interval(draft, version),
                password(draft, version),
                draft.addresses.stream().map(line -> line.on(device)).toList(),
                draft.excluded.stream().map(line -> line.on(device)).toList(),
                preempt,
                preemptDelay(draft, preempt, impatient),
                draft.downTimerAdverts == null ? defaults.downTimerAdverts : draft.downTimerAdverts,
                first(draft.lowerPriorityNoAdvert, defaults.lowerPriorityNoAdvert, false),
                // keepalived leaves this off; on, a healed split brain ends with the winner's
                // announcement.
                first(draft.higherPrioritySendAdvert, defaults.higherPrioritySendAdvert, true),
                first(draft.skipCheckAdvAddr, defaults.skipCheckAdvAddr, false),
                first(draft.checkUnicastSource, defaults.checkUnicastSource, false),
                draft.unicastTtl == null ? 255 : draft.unicastTtl,
                draft.checksum,
                Optional.ofNullable(draft.source),
                Optional.ofNullable(
                        draft.group != null
                                ? draft.group
                                : ipv4 ? defaults.group4 : defaults.group6),
                draft.peers,
                announcements(draft.garp, interfaceName),
                Math.max(defaults.startupDelayNanos, Uptime.until(defaults.delayAfterBootNanos)),
                virtualMac);
    }

    private Optional<VirtualMac> virtualMac(VrrpInstanceReader.Draft draft, int id, boolean ipv4) {
        if (!draft.useVmac) {
            return Optional.empty();
        }
        String name = draft.vmacName == null ? (ipv4 ? "vrrp." : "vrrp6.") + id : draft.vmacName;
        once(
                virtualMacs,
                name,
                draft.at("use_vmac"),
                "the interface " + name + " of use_vmac; give it a name of its own: use_vmac NAME");
        if (!draft.peers.isEmpty() && !draft.vmacTransmitBase) {
            reading.adjusted(
                    draft.at("use_vmac"),
                    "adverts to unicast peers come from the interface's own MAC address; write"
                            + " vmac_xmit_base to say so");
        }
        return Optional.of(new VirtualMac(name, draft.vmacTransmitBase));
    }

    private static <T> T first(@Nullable T own, @Nullable T global, T otherwise) {
        return own != null ? own : Objects.requireNonNullElse(global, otherwise);
    }

    private int version(VrrpInstanceReader.Draft draft, boolean ipv4) {
        Integer stated = draft.version == null ? defaults.version : draft.version;
        if (!ipv4 && draft.version != null && draft.version == 2) {
            reading.error(
                    draft.at("version"),
                    "version 2 carries IPv4 only; write version 3, or leave the line out");
        }
        if (!ipv4) {
            return 3;
        }
        if (stated != null) {
            return stated;
        }
        if (draft.advertIntervalNanos < SECOND) {
            reading.adjusted(
                    draft.at("advert_int"),
                    "advert_int below 1 s: version 3 is used, as version 2 counts whole seconds;"
                            + " write version 3 on all routers");
            return 3;
        }
        return 2;
    }

    private int priority(VrrpInstanceReader.Draft draft) {
        if (draft.priority != null) {
            return draft.priority;
        }
        return draft.state == InitialState.MASTER ? OWNER : 100;
    }

    /** What the version can express: keepalived rounds too. */
    private long interval(VrrpInstanceReader.Draft draft, int version) {
        long unit = version == 2 ? SECOND : CENTISECOND;
        long most = version == 2 ? 255 : 4095;
        long wanted = draft.advertIntervalNanos;
        long units = Math.max(1, (wanted + unit / 2) / unit);
        if (units > most) {
            reading.error(
                    draft.at("advert_int"),
                    "advert_int is out of range; version "
                            + version
                            + " carries "
                            + (version == 2 ? "1 to 255 s" : "0.01 to 40.95 s"));
            return unit;
        }
        if (units * unit != wanted) {
            reading.adjusted(
                    draft.at("advert_int"),
                    "advert_int is rounded to "
                            + (version == 2
                                    ? units + " s: version 2 counts whole seconds"
                                    : units / 100.0 + " s: version 3 counts hundredths"));
        }
        return units * unit;
    }

    private Optional<String> password(VrrpInstanceReader.Draft draft, int version) {
        Location place = draft.at("authentication");
        if (draft.authenticationType == null && draft.password == null) {
            return Optional.empty();
        }
        if (version == 3) {
            reading.adjusted(place, "authentication is ignored: version 3 has none");
            return Optional.empty();
        }
        if (draft.authenticationType == null) {
            reading.adjusted(place, "auth_pass is ignored without auth_type PASS");
            return Optional.empty();
        }
        String password = draft.password;
        if (password == null || password.isEmpty()) {
            reading.error(place, "auth_type PASS needs auth_pass with 1 to 8 characters");
            return Optional.empty();
        }
        if (password.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > PASSWORD_BYTES) {
            reading.adjusted(place, "auth_pass is cut to 8 bytes, as keepalived does");
        }
        return Optional.of(password);
    }

    private boolean preempt(VrrpInstanceReader.Draft draft, boolean impatient) {
        if (!draft.preempt && impatient) {
            reading.adjusted(
                    draft.at("nopreempt"),
                    "nopreempt is ignored with state MASTER or priority 255; write state BACKUP");
            return true;
        }
        return draft.preempt;
    }

    private long preemptDelay(VrrpInstanceReader.Draft draft, boolean preempt, boolean impatient) {
        if (draft.preemptDelayNanos > 0 && (impatient || !preempt)) {
            reading.adjusted(
                    draft.at("preempt_delay"),
                    "preempt_delay is ignored with "
                            + (preempt
                                    ? "state MASTER or priority 255; write state BACKUP"
                                    : "nopreempt; remove one of them"));
            return 0;
        }
        return draft.preemptDelayNanos;
    }

    private AnnouncementRules announcements(VrrpDefaults.Garp own, String interfaceName) {
        VrrpDefaults.Garp global = defaults.garp;
        boolean minimal = global.minimal;
        int repeat = first(own.repeat, global.repeat, minimal ? 1 : 5);
        long delay = first(own.delayNanos, global.delayNanos, minimal ? 0 : 5 * SECOND);
        return new AnnouncementRules(
                repeat,
                delay,
                // keepalived never refreshes unless told to; switches forget.
                first(own.refreshNanos, global.refreshNanos, minimal ? 0 : 60 * SECOND),
                first(own.refreshRepeat, global.refreshRepeat, 1),
                first(own.lowerRepeat, global.lowerRepeat, repeat),
                first(own.lowerDelayNanos, global.lowerDelayNanos, delay),
                first(
                        own.garpGapNanos,
                        group(interfaceName, one -> one.garpGapNanos),
                        global.garpGapNanos,
                        0L),
                first(
                        own.gnaGapNanos,
                        group(interfaceName, one -> one.gnaGapNanos),
                        global.gnaGapNanos,
                        0L),
                first(own.extraNanos, global.extraNanos, 0L));
    }

    private @Nullable Long group(
            String interfaceName, Function<GarpGroup, @Nullable Long> setting) {
        for (GarpGroup group : defaults.groups) {
            Long value = setting.apply(group);
            if (value != null && group.interfaces.contains(interfaceName)) {
                return value;
            }
        }
        return null;
    }

    private static long first(
            @Nullable Long own, @Nullable Long group, @Nullable Long global, long otherwise) {
        return own != null ? own : first(group, global, otherwise);
    }
}
