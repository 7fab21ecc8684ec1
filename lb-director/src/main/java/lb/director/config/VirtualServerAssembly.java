package lb.director.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import lb.director.config.VirtualServerGroup.Target;
import lb.director.config.syntax.Location;
import lb.director.config.syntax.Statement;
import lb.director.config.syntax.Word;
import org.jspecify.annotations.Nullable;

/**
 * Makes services of the virtual servers that were read, by keepalived's rules: groups are resolved,
 * ports fitted to direct routing, doubles found. Owned by the reading thread.
 */
final class VirtualServerAssembly {

    private record Key(InetAddress address, int port, int mark, @Nullable Protocol protocol) {}

    /** Services that one configuration may have. */
    private static final int MAXIMUM_SERVICES = 65_536;

    private final Map<String, VirtualServerGroup> groups;
    private final List<MarkRule> classifier;
    private final Reading reading;
    private final Map<Key, Location> seen = new HashMap<>();
    private final Set<Location> warned = new HashSet<>();
    private final List<VirtualServer> services = new ArrayList<>();

    VirtualServerAssembly(
            Map<String, VirtualServerGroup> groups, List<MarkRule> classifier, Reading reading) {
        this.groups = groups;
        this.classifier = classifier;
        this.reading = reading;
    }

    List<VirtualServer> services() {
        return services;
    }

    void add(VirtualServerReader.Draft draft) {
        Location place = draft.statement.location();
        String name = draft.statement.header();
        if (draft.realServers.isEmpty()) {
            reading.dropped(place, name + " has no real_server and is ignored");
            return;
        }
        checkMethods(draft, name);
        List<Target> targets = targets(draft);
        Protocol protocol =
                !targets.isEmpty() && targets.stream().allMatch(Target::isMark)
                        ? Protocol.TCP
                        : protocol(draft, name);
        for (Target target : targets) {
            if (services.size() >= MAXIMUM_SERVICES) {
                reading.error(
                        place,
                        "more than " + MAXIMUM_SERVICES + " services; split the configuration");
                return;
            }
            addService(draft, target, target.isMark() ? null : protocol, name);
        }
    }

    private void checkMethods(VirtualServerReader.Draft draft, String name) {
        ForwardingMethod method = draft.method;
        boolean needed =
                draft.realServers.stream().anyMatch(realServer -> realServer.method == null);
        if (method != null) {
            method.require(name, reading);
        } else if (needed) {
            ForwardingMethod.reportMissing(draft.statement.location(), name, reading);
        }
        for (RealServerReader.Draft realServer : draft.realServers) {
            if (realServer.method != null) {
                realServer.method.require(
                        "real_server " + realServer.address.getHostAddress(), reading);
            }
        }
    }

    private Protocol protocol(VirtualServerReader.Draft draft, String name) {
        Protocol protocol = draft.protocol;
        boolean said =
                draft.statement.body().stream().anyMatch(line -> line.name().equals("protocol"));
        if (protocol == null && !said) {
            reading.adjusted(
                    draft.statement.location(),
                    name
                            + " has no protocol, which means UDP as in keepalived; for TCP add 'protocol TCP'");
        }
        return protocol == null ? Protocol.UDP : protocol;
    }

    private List<Target> targets(VirtualServerReader.Draft draft) {
        Word group = draft.group;
        if (draft.mark != 0) {
            return List.of(markTarget(draft, draft.mark));
        }
        if (group == null) {
            return draft.target == null ? List.of() : List.of(draft.target);
        }
        VirtualServerGroup found = groups.get(group.text());
        if (found == null) {
            String nearest = Keywords.nearest(group.text(), groups.keySet());
            String hint = nearest == null ? "" : "; did you mean " + nearest + "?";
            reading.error(
                    group.location(), "there is no virtual_server_group " + group.shown() + hint);
            return List.of();
        }
        reading.uses(Feature.GROUP, found.location());
        List<Target> all = new ArrayList<>(found.targets());
        found.marks().forEach(mark -> all.add(markTarget(draft, mark)));
        return all;
    }

    /** A mark, of the family that its real servers have. */
    private Target markTarget(VirtualServerReader.Draft draft, int mark) {
        boolean ipv4 = Addresses.isIpv4(draft.realServers.getFirst().address);
        Statement said = draft.family;
        if (said != null && !said.arguments().getFirst().text().equals(ipv4 ? "inet" : "inet6")) {
            once(
                    said.location(),
                    "ip_family is ignored: its real servers are " + (ipv4 ? "IPv4" : "IPv6"));
        }
        boolean given =
                classifier.stream()
                        .anyMatch(rule ->
                                rule.mark() == mark
                                        && Addresses.isIpv4(rule.destination()) == ipv4);
        // After an error in the classifier it may only seem so.
        if (!given && !reading.diagnostics().hasErrors()) {
            reading.adjusted(
                    draft.statement.location(),
                    "no "
                            + (ipv4 ? "IPv4" : "IPv6")
                            + " packet gets mark "
                            + mark
                            + ": say which do, as in lb { classifier { mark "
                            + mark
                            + " { destination VIP port 80,443 } } }, one line for each word");
        }
        return new Target(Addresses.unspecified(ipv4), 0, mark);
    }

    /** Marks that no virtual server asks for. */
    void reportUnusedMarks() {
        Set<Integer> used = services.stream().map(VirtualServer::mark).collect(Collectors.toSet());
        for (MarkRule rule : classifier) {
            if (!used.contains(rule.mark()) && warned.add(rule.location())) {
                reading.adjusted(
                        rule.location(),
                        "there is no virtual_server fwmark "
                                + rule.mark()
                                + ": these packets are taken as if they had no mark");
            }
        }
    }

    private void addService(
            VirtualServerReader.Draft draft,
            Target target,
            @Nullable Protocol protocol,
            String name) {
        Location place = draft.statement.location();
        Location first =
                seen.putIfAbsent(
                        new Key(target.address(), target.port(), target.mark(), protocol), place);
        if (first != null) {
            reading.error(
                    place,
                    name
                            + " is there already ("
                            + shown(target)
                            + (protocol == null ? "" : " " + protocol)
                            + ", "
                            + first.near(place)
                            + "); remove one of them");
            return;
        }
        noteFeatures(target, protocol, place);
        Persistence persistence = persistence(draft, target);
        services.add(
                new VirtualServer(
                        target.address(),
                        target.port(),
                        target.mark(),
                        protocol,
                        draft.group == null ? null : draft.group.text(),
                        draft.scheduler,
                        draft.flags,
                        onePacket(draft, protocol),
                        persistence,
                        draft.limit,
                        draft.delayLoopNanos,
                        realServers(draft, target),
                        place));
    }

    private void noteFeatures(Target target, @Nullable Protocol protocol, Location place) {
        if (protocol == Protocol.UDP) {
            reading.uses(Feature.UDP, place);
        } else if (protocol == Protocol.SCTP) {
            reading.uses(Feature.SCTP, place);
        }
        if (!Addresses.isIpv4(target.address())) {
            reading.uses(Feature.IPV6, place);
        }
        if (target.port() == 0 && !target.isMark()) {
            reading.uses(Feature.PORT_ZERO, place);
        }
    }

    private boolean onePacket(VirtualServerReader.Draft draft, @Nullable Protocol protocol) {
        if (draft.onePacket == null) {
            return false;
        }
        if (protocol != null && protocol != Protocol.UDP) {
            once(draft.onePacket.location(), "ops is ignored: it is for protocol UDP only");
            return false;
        }
        reading.uses(Feature.ONE_PACKET, draft.onePacket.location());
        return true;
    }

    private @Nullable Persistence persistence(VirtualServerReader.Draft draft, Target target) {
        Integer seconds = draft.persistenceSeconds;
        Statement granularity = draft.granularity;
        if (seconds == null && granularity == null && (target.port() != 0 || target.isMark())) {
            return null;
        }
        Location place = draft.statement.location();
        if (seconds == null && granularity == null && warned.add(place)) {
            reading.adjusted(
                    place,
                    draft.statement.header()
                            + " has no port, so persistence_timeout "
                            + VirtualServerReader.DEFAULT_PERSISTENCE_SECONDS
                            + " is switched on, as in keepalived");
        }
        reading.uses(Feature.PERSISTENCE, granularity == null ? place : granularity.location());
        int length =
                granularity == null
                        ? Addresses.bits(target.address())
                        : prefix(granularity, target.address());
        return new Persistence(
                seconds == null ? VirtualServerReader.DEFAULT_PERSISTENCE_SECONDS : seconds,
                length);
    }

    /** A netmask for IPv4, or a prefix length. */
    private int prefix(Statement granularity, InetAddress family) {
        Word word = granularity.arguments().getFirst();
        int bits = Addresses.bits(family);
        InetAddress mask = Addresses.parse(word.text());
        int length = -1;
        if (mask != null && Addresses.bits(mask) == bits) {
            length = Addresses.prefixLength(mask);
        } else if (word.text().matches("[0-9]{1,3}")) {
            length = Integer.parseInt(word.text());
        }
        if (length >= 0 && length <= bits) {
            return length;
        }
        if (warned.add(word.location())) {
            String expected =
                    bits == 32 ? "a netmask such as 255.255.255.0" : "a prefix length up to 128";
            reading.error(
                    word.location(),
                    granularity.name() + " needs " + expected + ", not " + word.shown());
        }
        return bits;
    }

    private List<RealServerEntry> realServers(VirtualServerReader.Draft draft, Target target) {
        Map<InetAddress, RealServerEntry> entries = new LinkedHashMap<>();
        for (RealServerReader.Draft realServer : draft.realServers) {
            if (Addresses.isIpv4(realServer.address) != Addresses.isIpv4(target.address())) {
                familyError(realServer, target);
                continue;
            }
            checkPort(realServer, target);
            RealServerEntry entry = entry(realServer, draft, target);
            RealServerEntry first = entries.putIfAbsent(entry.address(), entry);
            if (first != null) {
                once(
                        entry.location(),
                        "real_server "
                                + entry.address().getHostAddress()
                                + " is there already ("
                                + first.location().near(entry.location())
                                + "); this one is dropped");
            }
        }
        return List.copyOf(entries.values());
    }

    private static RealServerEntry entry(
            RealServerReader.Draft realServer, VirtualServerReader.Draft draft, Target target) {
        return new RealServerEntry(
                realServer.address,
                target.port(),
                realServer.weight == null ? draft.weight : realServer.weight,
                realServer.upperThreshold,
                realServer.lowerThreshold,
                realServer.inhibitOnFailure == null
                        ? draft.inhibitOnFailure
                        : realServer.inhibitOnFailure,
                realServer.location);
    }

    private void familyError(RealServerReader.Draft realServer, Target target) {
        if (warned.add(realServer.location)) {
            reading.error(
                    realServer.location,
                    "real_server "
                            + realServer.address.getHostAddress()
                            + " cannot serve "
                            + (target.isMark()
                                    ? "fwmark " + target.mark()
                                    : target.address().getHostAddress())
                            + ": with DR both must be IPv4 or both IPv6");
        }
    }

    /** Direct routing leaves the packet as it is, so the port cannot change on the way. */
    private void checkPort(RealServerReader.Draft realServer, Target target) {
        Word word = realServer.portWord;
        if (word != null
                && !target.isMark()
                && realServer.port != target.port()
                && warned.add(word.location())) {
            reading.adjusted(
                    word.location(),
                    "port "
                            + realServer.port
                            + " is taken as "
                            + target.port()
                            + ": with DR a real server is reached at the virtual server's port");
        }
    }

    private void once(Location place, String message) {
        if (warned.add(place)) {
            reading.dropped(place, message);
        }
    }

    private static String shown(Target target) {
        if (target.isMark()) {
            return "fwmark " + target.mark();
        }
        String address = target.address().getHostAddress();
        return (Addresses.isIpv4(target.address()) ? address : "[" + address + "]")
                + ":"
                + target.port();
    }
}
