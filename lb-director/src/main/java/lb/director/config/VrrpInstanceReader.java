package lb.director.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import lb.director.config.VrrpInstanceEntry.Checksum;
import lb.director.config.VrrpInstanceEntry.InitialState;
import lb.director.config.VrrpInstanceEntry.Peer;
import lb.director.config.syntax.Location;
import lb.director.config.syntax.Statement;
import lb.director.config.syntax.Word;
import org.jspecify.annotations.Nullable;

/** Reads the block of a {@code vrrp_instance}; {@link VrrpAssembly} completes it. Stateless. */
final class VrrpInstanceReader {

    /** An instance as it comes in, with the places that later messages need. */
    static final class Draft {
        final String name;
        final Location place;
        final Map<String, Location> said = new LinkedHashMap<>();
        final VrrpDefaults.Garp garp = new VrrpDefaults.Garp();
        InitialState state = InitialState.UNSTATED;
        @Nullable String interfaceName;
        @Nullable Integer virtualRouterId;
        @Nullable Integer priority;
        @Nullable Integer version;
        long advertIntervalNanos = 1_000_000_000L;
        @Nullable String password;
        @Nullable String authenticationType;
        final List<VipReader.Line> addresses = new ArrayList<>();
        final List<VipReader.Line> excluded = new ArrayList<>();
        boolean preempt = true;
        long preemptDelayNanos;
        @Nullable Integer downTimerAdverts;
        @Nullable Boolean lowerPriorityNoAdvert;
        @Nullable Boolean higherPrioritySendAdvert;
        @Nullable Boolean skipCheckAdvAddr;
        @Nullable Boolean checkUnicastSource;
        @Nullable Integer unicastTtl;
        Checksum checksum = Checksum.PSEUDO;
        @Nullable InetAddress source;
        @Nullable InetAddress group;
        final List<Peer> peers = new ArrayList<>();
        final List<TrackReader.Line> tracked = new ArrayList<>();
        boolean tracksInterface = true;
        @Nullable Boolean strict;
        final NotifyReader.Draft notify = new NotifyReader.Draft();
        boolean useVmac;
        @Nullable String vmacName;
        boolean vmacTransmitBase;

        Draft(String name, Location place) {
            this.name = name;
            this.place = place;
        }

        /** Where a keyword stands; the instance itself if it was not said. */
        Location at(String keyword) {
            return said.getOrDefault(keyword, place);
        }
    }

    private static final int MAXIMUM_PREEMPT_DELAY_SECONDS = 1000;
    private static final Map<String, InitialState> STATES =
            Map.of("master", InitialState.MASTER, "backup", InitialState.BACKUP);
    private static final Map<String, Checksum> CHECKSUMS =
            Map.of("pseudo", Checksum.PSEUDO, "plain", Checksum.PLAIN, "auto", Checksum.AUTO);

    private static final Keywords<Draft> AUTHENTICATION =
            new Keywords<Draft>("authentication")
                    .line("auth_type", 1, 1, VrrpInstanceReader::authenticationType)
                    .line(
                            "auth_pass",
                            1,
                            1,
                            (draft, statement, _) ->
                                    draft.password = statement.arguments().getFirst().text());

    private static final Keywords<Draft> KEYWORDS = keywords();

    private VrrpInstanceReader() {}

    private static Keywords<Draft> keywords() {
        Keywords<Draft> words = new Keywords<>("vrrp_instance");
        addElection(words);
        addAdverts(words);
        addVips(words);
        addTracking(words);
        NotifyReader.addInstanceLines(words, draft -> draft.notify);
        VrrpDefaults.garpLines()
                .forEach((name, action) ->
                        words.line(
                                name,
                                0,
                                VrrpDefaults.arguments(name),
                                (draft, statement, reading) ->
                                        action.apply(draft.garp, statement, reading)));
        return words;
    }

    private static void addElection(Keywords<Draft> words) {
        words.line("state", 1, 1, VrrpInstanceReader::state)
                .line("interface", 1, 1, VrrpInstanceReader::interfaceName)
                .line("virtual_router_id", 0, 1, number(1, 255, (d, v) -> d.virtualRouterId = v))
                .line("priority", 0, 1, number(1, 255, (d, v) -> d.priority = v))
                .line("nopreempt", 0, 1, VrrpInstanceReader::noPreempt)
                .line("preempt", 0, 1, (draft, _, _) -> draft.preempt = true)
                .line("preempt_delay", 0, 1, VrrpInstanceReader::preemptDelay)
                .line("down_timer_adverts", 0, 1, number(1, 100, (d, v) -> d.downTimerAdverts = v))
                .line("lower_prio_no_advert", 0, 1, bool((d, v) -> d.lowerPriorityNoAdvert = v))
                .line(
                        "higher_prio_send_advert",
                        0,
                        1,
                        bool((d, v) -> d.higherPrioritySendAdvert = v));
    }

    private static void addAdverts(Keywords<Draft> words) {
        words.line("version", 0, 1, number(2, 3, (d, v) -> d.version = v))
                .line("advert_int", 0, 1, VrrpInstanceReader::advertInterval)
                .block("authentication", 0, 0, VrrpInstanceReader::authentication)
                .line("v3_checksum_as_v2", 0, 1, VrrpInstanceReader::plainChecksum)
                .line("v3_checksum_type", 1, 1, VrrpInstanceReader::checksum)
                .line("skip_check_adv_addr", 0, 1, bool((d, v) -> d.skipCheckAdvAddr = v))
                .line("mcast_src_ip", 1, 1, VrrpInstanceReader::source)
                .line("mcast_dst_ip", 1, 1, VrrpInstanceReader::group)
                .line("unicast_src_ip", 1, 1, VrrpInstanceReader::source)
                .block("unicast_peer", 0, 0, VrrpInstanceReader::peers)
                .line("unicast_ttl", 0, 1, number(1, 255, (d, v) -> d.unicastTtl = v))
                .line("check_unicast_src", 0, 1, bool((d, v) -> d.checkUnicastSource = v))
                .line("strict_mode", 0, 1, bool((d, v) -> d.strict = v));
    }

    private static void addVips(Keywords<Draft> words) {
        words.block("virtual_ipaddress", 0, 0, VrrpInstanceReader::addresses)
                .block("virtual_ipaddress_excluded", 0, 0, VrrpInstanceReader::excluded)
                .line("accept", 0, 1, (_, _, _) -> {})
                .line("use_vmac", 0, 2, VrrpInstanceReader::useVmac)
                .line("vmac_xmit_base", 0, 1, bool((d, v) -> d.vmacTransmitBase = v));
    }

    private static void addTracking(Keywords<Draft> words) {
        words.line("dont_track_primary", 0, 1, bool((d, v) -> d.tracksInterface = !v));
        for (Tracked.Kind kind : Tracked.Kind.values()) {
            words.block(
                    kind.keyword(),
                    0,
                    0,
                    (draft, block, reading) ->
                            draft.tracked.addAll(TrackReader.read(kind, block, reading)));
        }
    }

    static Draft read(Statement statement, Reading reading) {
        Draft draft = new Draft(statement.arguments().getFirst().text(), statement.location());
        for (Statement line : statement.body()) {
            draft.said.putIfAbsent(line.name(), line.location());
        }
        KEYWORDS.read(draft, statement.body(), reading);
        return draft;
    }

    private static Keywords.Action<Draft> number(
            int least, int most, BiConsumer<Draft, Integer> set) {
        return (draft, statement, reading) -> {
            Integer value = Values.integer(statement, least, most, reading);
            if (value != null) {
                set.accept(draft, value);
            }
        };
    }

    private static Keywords.Action<Draft> bool(BiConsumer<Draft, Boolean> set) {
        return (draft, statement, reading) -> {
            Boolean value = Values.bool(statement, reading);
            if (value != null) {
                set.accept(draft, value);
            }
        };
    }

    private static void state(Draft draft, Statement statement, Reading reading) {
        InitialState state = Values.choice(statement, STATES, reading);
        draft.state = state == null ? InitialState.UNSTATED : state;
    }

    private static void interfaceName(Draft draft, Statement statement, Reading reading) {
        draft.interfaceName =
                Values.interfaceName(statement.arguments().getFirst(), "interface", reading);
    }

    private static void advertInterval(Draft draft, Statement statement, Reading reading) {
        Long nanos = Values.nanos(statement, reading);
        if (nanos != null) {
            draft.advertIntervalNanos = nanos;
        }
    }

    private static void authentication(Draft draft, Statement statement, Reading reading) {
        AUTHENTICATION.read(draft, statement.body(), reading);
    }

    private static void authenticationType(Draft draft, Statement statement, Reading reading) {
        Word type = statement.arguments().getFirst();
        switch (Values.lower(type.text())) {
            case "pass" -> draft.authenticationType = "PASS";
            case "ah" -> {
                draft.authenticationType = "AH";
                reading.error(
                        type.location(),
                        "auth_type AH is not supported: RFC 3768 removed it, and every"
                                + " implementation computes it differently; use PASS, or remove"
                                + " the authentication block from all routers");
            }
            default -> reading.error(type.location(), "auth_type needs PASS, not " + type.shown());
        }
    }

    private static void addresses(Draft draft, Statement statement, Reading reading) {
        draft.addresses.addAll(VipReader.read(statement, reading));
    }

    private static void excluded(Draft draft, Statement statement, Reading reading) {
        draft.excluded.addAll(VipReader.read(statement, reading));
    }

    private static void useVmac(Draft draft, Statement statement, Reading reading) {
        draft.useVmac = true;
        for (Word word : statement.arguments()) {
            if (word.text().matches("([0-9A-Fa-f]{1,2}:){5}[0-9A-Fa-f]{1,2}")) {
                reading.adjusted(
                        word.location(),
                        "use_vmac "
                                + word.shown()
                                + " is ignored: the virtual MAC address follows from"
                                + " virtual_router_id, 00:00:5e:00:01:XX (IPv6: 02:XX)");
            } else {
                draft.vmacName = Values.interfaceName(word, "use_vmac", reading);
            }
        }
    }

    private static void noPreempt(Draft draft, Statement statement, Reading reading) {
        draft.preempt = !VrrpDefaults.on(Values.bool(statement, reading));
    }

    private static void preemptDelay(Draft draft, Statement statement, Reading reading) {
        Long nanos = VrrpDefaults.time(statement, MAXIMUM_PREEMPT_DELAY_SECONDS, reading);
        draft.preemptDelayNanos = nanos == null ? 0 : nanos;
    }

    private static void source(Draft draft, Statement statement, Reading reading) {
        draft.source = Values.address(statement.arguments().getFirst(), statement.name(), reading);
    }

    private static void group(Draft draft, Statement statement, Reading reading) {
        boolean ipv4 = statement.arguments().getFirst().text().indexOf(':') < 0;
        draft.group = VrrpDefaults.group(statement, ipv4, reading);
    }

    private static void plainChecksum(Draft draft, Statement statement, Reading reading) {
        draft.checksum =
                VrrpDefaults.on(Values.bool(statement, reading)) ? Checksum.PLAIN : Checksum.PSEUDO;
    }

    private static void checksum(Draft draft, Statement statement, Reading reading) {
        Checksum checksum = Values.choice(statement, CHECKSUMS, reading);
        draft.checksum = checksum == null ? Checksum.PSEUDO : checksum;
    }

    private static void peers(Draft draft, Statement block, Reading reading) {
        for (Statement line : block.body()) {
            InetAddress address = Values.address(line.keyword(), "unicast_peer", reading);
            int minimum = ttl(line, "min_ttl", 0, reading);
            int maximum = ttl(line, "max_ttl", 255, reading);
            if (minimum > maximum) {
                reading.error(
                        line.location(),
                        "unicast_peer: min_ttl "
                                + minimum
                                + " is above max_ttl "
                                + maximum
                                + "; exchange them");
            } else if (address != null) {
                draft.peers.add(new Peer(address, minimum, maximum));
            }
        }
    }

    private static int ttl(Statement line, String name, int otherwise, Reading reading) {
        List<Word> words = line.arguments();
        for (int i = 0; i < words.size(); i++) {
            if (words.get(i).text().equals(name)) {
                if (i + 1 == words.size()) {
                    reading.error(words.get(i).location(), name + " needs a number 0 to 255");
                    return otherwise;
                }
                Integer value = Values.integer(words.get(i + 1), name, 0, 255, reading);
                return value == null ? otherwise : value;
            }
        }
        return otherwise;
    }
}
