package lb.director.daemon;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import lb.core.channel.PacketChannelOptions;
import lb.core.connection.Timeouts;
import lb.core.director.DirectorSettings;
import lb.core.director.SloppyTcp;
import lb.core.forward.DirectRouting;
import lb.core.service.ClassifierRule;
import lb.core.service.Gate;
import lb.core.service.Network;
import lb.core.service.Persistence;
import lb.core.service.Protocol;
import lb.core.service.RateLimit;
import lb.core.service.RealServerDefinition;
import lb.core.service.SchedulerRegistry;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceKey;
import lb.core.service.ServiceTable;
import lb.core.wire.IpAddress;
import lb.director.config.DirectorConfiguration;
import lb.director.config.DirectorSettings.SourceMac;
import lb.director.config.DirectorSettings.Ttl;
import lb.director.config.LvsTimeouts;
import lb.director.config.MarkRule;
import lb.director.config.RealServerEntry;
import lb.director.config.VirtualServer;
import lb.director.overrides.TimeoutsOverride;
import org.jspecify.annotations.Nullable;

/**
 * Says in the data plane's terms what the configuration says in keepalived's. Stateless; any
 * thread.
 */
public final class ConfigurationMapping {
    /** The schedulers that read flag-1 and flag-2. */
    private static final Set<String> HASHING = Set.of("mh", "sh");

    private static final lb.director.config.DirectorSettings DEFAULT =
            lb.director.config.DirectorSettings.DEFAULT;

    private ConfigurationMapping() {}

    /** The virtual services; every gate is open. */
    public static List<ServiceDefinition> services(DirectorConfiguration configuration) {
        return services(configuration, _ -> Gate.ALWAYS_OPEN);
    }

    /**
     * The virtual services.
     *
     * @param gates the gate of each VIP
     */
    static List<ServiceDefinition> services(
            DirectorConfiguration configuration, Function<IpAddress, Gate> gates) {
        List<ServiceDefinition> services = new ArrayList<>();
        for (VirtualServer server : configuration.virtualServers()) {
            services.add(service(server, configuration.settings(), gates));
        }
        return services;
    }

    /** One virtual service, whose gate is open. */
    static ServiceDefinition service(
            VirtualServer server, lb.director.config.DirectorSettings settings) {
        return service(server, settings, _ -> Gate.ALWAYS_OPEN);
    }

    private static ServiceDefinition service(
            VirtualServer server,
            lb.director.config.DirectorSettings settings,
            Function<IpAddress, Gate> gates) {
        ServiceKey key = key(server);
        List<RealServerDefinition> realServers = new ArrayList<>();
        for (RealServerEntry entry : server.realServers()) {
            realServers.add(
                    new RealServerDefinition(
                            IpAddress.of(entry.address()),
                            entry.port(),
                            entry.weight(),
                            entry.upperThreshold(),
                            entry.lowerThreshold()));
        }
        return new ServiceDefinition(
                key,
                server.scheduler(),
                flags(server, settings),
                persistence(server.persistence()),
                server.onePacket(),
                realServers,
                gates.apply(key.address()));
    }

    private static ServiceKey key(VirtualServer server) {
        IpAddress address = IpAddress.of(server.address());
        lb.director.config.Protocol protocol = server.protocol();
        return protocol == null
                ? ServiceKey.ofMark(server.mark(), address.isIpv4())
                : new ServiceKey(address, server.port(), Protocol.valueOf(protocol.name()));
    }

    /** The limits on new connections of those services that have one. */
    static Map<ServiceKey, RateLimit> limits(DirectorConfiguration configuration) {
        Map<ServiceKey, RateLimit> limits = new HashMap<>();
        for (VirtualServer server : configuration.virtualServers()) {
            lb.director.config.RateLimit limit = server.limit();
            limits.put(key(server), new RateLimit(limit.perSecond(), limit.perClient()));
        }
        return limits;
    }

    /** The rules for marks, with the gate of each VIP. */
    static List<ClassifierRule> classifier(
            DirectorConfiguration configuration, Function<IpAddress, Gate> gates) {
        return configuration.classifier().stream().map(rule -> rule(rule, gates)).toList();
    }

    private static ClassifierRule rule(MarkRule rule, Function<IpAddress, Gate> gates) {
        IpAddress destination = IpAddress.of(rule.destination());
        lb.director.config.Protocol protocol = rule.protocol();
        return new ClassifierRule(
                rule.mark(),
                new Network(IpAddress.of(rule.source()), rule.sourcePrefixLength()),
                destination,
                protocol == null ? null : Protocol.valueOf(protocol.name()),
                rule.firstPort(),
                rule.lastPort(),
                gates.apply(destination));
    }

    /** The VIPs of all services; those of a mark are the destinations that get it. */
    static Set<IpAddress> vips(DirectorConfiguration configuration) {
        Set<ServiceKey> keys = new HashSet<>();
        configuration.virtualServers().forEach(server -> keys.add(key(server)));
        Set<IpAddress> vips = new HashSet<>();
        keys.stream().filter(key -> !key.isMark()).forEach(key -> vips.add(key.address()));
        classifier(configuration, _ -> Gate.ALWAYS_OPEN).stream()
                .filter(rule -> keys.contains(rule.service()))
                .forEach(rule -> vips.add(rule.destination()));
        return vips;
    }

    /**
     * The services that follow those of {@code current}, with rules and limits; every gate is open.
     *
     * @throws IllegalArgumentException when a scheduler is unknown
     */
    public static ServiceTable table(
            ServiceTable current, DirectorConfiguration configuration, SchedulerRegistry registry) {
        return ruled(
                current.replacedBy(services(configuration), registry),
                configuration,
                _ -> Gate.ALWAYS_OPEN);
    }

    /** The same services with the rules and limits of the configuration. */
    static ServiceTable ruled(
            ServiceTable services,
            DirectorConfiguration configuration,
            Function<IpAddress, Gate> gates) {
        return services.limitedBy(limits(configuration))
                .classifiedBy(classifier(configuration, gates));
    }

    /**
     * The flags by the scheduler's own names. keepalived hands flag-1 to the kernel, which reads it
     * as the fallback of mh and sh, and flag-2, which it reads as their port flag; other schedulers
     * look at neither.
     */
    private static Set<String> flags(
            VirtualServer server, lb.director.config.DirectorSettings settings) {
        Set<String> flags = defaultFlags(server, settings);
        boolean hashes = HASHING.contains(server.scheduler());
        for (String written : server.schedulerFlags()) {
            switch (written) {
                case "flag-1" -> addIf(hashes, server.scheduler() + "-fallback", flags);
                case "flag-2" -> addIf(hashes, server.scheduler() + "-port", flags);
                case "flag-3" -> {
                    // No scheduler of the kernel's reads it.
                }
                default -> flags.add(written);
            }
        }
        return flags;
    }

    /** What the block lb says of the schedulers, where the virtual server says nothing else. */
    private static Set<String> defaultFlags(
            VirtualServer server, lb.director.config.DirectorSettings settings) {
        Set<String> flags = new HashSet<>();
        if (server.scheduler().equals("mh") || server.scheduler().equals("mh-bounded")) {
            addUnlessSaid(
                    "table-size=", settings.mhTableSize(), DEFAULT.mhTableSize(), server, flags);
        }
        if (server.scheduler().equals("mh-bounded")) {
            addUnlessSaid(
                    "load-factor=", settings.mhLoadFactor(), DEFAULT.mhLoadFactor(), server, flags);
        }
        return flags;
    }

    private static void addUnlessSaid(
            String option, Object value, Object usual, VirtualServer server, Set<String> flags) {
        boolean said = server.schedulerFlags().stream().anyMatch(flag -> flag.startsWith(option));
        if (!said && !value.equals(usual)) {
            flags.add(option + value);
        }
    }

    private static void addIf(boolean wanted, String flag, Set<String> to) {
        if (wanted) {
            to.add(flag);
        }
    }

    private static Persistence persistence(lb.director.config.@Nullable Persistence persistence) {
        return persistence == null
                ? Persistence.NONE
                : new Persistence(persistence.timeoutSeconds(), persistence.prefixLength());
    }

    /** How frames are decided and rewritten. */
    public static DirectorSettings settings(DirectorConfiguration configuration) {
        lb.director.config.DirectorSettings settings = configuration.settings();
        return new DirectorSettings(
                new DirectRouting(
                        settings.ttl() == Ttl.KEEP, settings.sourceMac() == SourceMac.PRESERVE),
                settings.expireNodestConn(),
                settings.expireQuiescentTemplate(),
                SloppyTcp.valueOf(settings.sloppyTcp().name()),
                settings.connReuseMode());
    }

    /** How long connections stay. */
    public static Timeouts timeouts(DirectorConfiguration configuration) {
        return timeouts(configuration, TimeoutsOverride.NONE);
    }

    /** How long connections stay after a command. */
    static Timeouts timeouts(DirectorConfiguration configuration, TimeoutsOverride override) {
        LvsTimeouts timeouts = configuration.settings().timeouts();
        return override.over(
                new TimeoutsOverride(
                        timeouts.tcpSeconds(), timeouts.tcpFinSeconds(), timeouts.udpSeconds()));
    }

    /** How the channels receive. */
    public static PacketChannelOptions channelOptions(DirectorConfiguration configuration) {
        PacketChannelOptions options =
                switch (configuration.settings().ring()) {
                    case V2 -> PacketChannelOptions.v2();
                    case V3 -> PacketChannelOptions.v3();
                    case AUTO -> PacketChannelOptions.auto();
                };
        return options.withSpin(configuration.settings().spin());
    }
}
