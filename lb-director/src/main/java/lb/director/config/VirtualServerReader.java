package lb.director.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lb.director.config.syntax.Statement;
import lb.director.config.syntax.Word;
import org.jspecify.annotations.Nullable;

/** The block {@code virtual_server ... { ... }}. Stateless. */
final class VirtualServerReader {

    /** A virtual server as it comes in; {@link VirtualServerAssembly} makes services of it. */
    static final class Draft {
        final Statement statement;
        VirtualServerGroup.@Nullable Target target;
        @Nullable Word group;
        int mark;
        RateLimit limit = RateLimit.NONE;
        @Nullable Statement family;
        @Nullable Protocol protocol;
        String scheduler = "wlc";
        boolean schedulerSaid;
        @Nullable ForwardingMethod method;
        final Set<String> flags = new LinkedHashSet<>();
        @Nullable Statement onePacket;
        @Nullable Integer persistenceSeconds;
        @Nullable Statement granularity;
        long delayLoopNanos = 60_000_000_000L;
        int weight = 1;
        boolean inhibitOnFailure;
        final List<RealServerReader.Draft> realServers = new ArrayList<>();

        Draft(Statement statement) {
            this.statement = statement;
        }
    }

    /** A bare persistence_timeout. */
    static final int DEFAULT_PERSISTENCE_SECONDS = 360;

    private static final int MAXIMUM_PERSISTENCE_SECONDS = 31 * 86400;

    static final Map<String, Protocol> PROTOCOLS =
            Map.of("tcp", Protocol.TCP, "udp", Protocol.UDP, "sctp", Protocol.SCTP);

    /** Schedulers of the kernel's for caches with many destinations. */
    private static final Set<String> LOCALITY = Set.of("lblc", "lblcr");

    /** Flags of schedulers that are keywords of their own. */
    private static final List<String> FLAGS =
            List.of(
                    "sh-port",
                    "sh-fallback",
                    "mh-port",
                    "mh-fallback",
                    "flag-1",
                    "flag-2",
                    "flag-3");

    private static final Keywords<Draft> KEYWORDS = keywords();

    private VirtualServerReader() {}

    private static Keywords<Draft> keywords() {
        Keywords<Draft> keywords =
                new Keywords<Draft>("virtual_server")
                        .line("protocol", 1, 1, VirtualServerReader::protocol)
                        .line("lvs_sched", "lb_algo", 1, 1, VirtualServerReader::scheduler)
                        .line("lvs_method", "lb_kind", 1, 8, VirtualServerReader::method)
                        .line("ops", 0, 0, (draft, line, _) -> draft.onePacket = line)
                        .line("persistence_timeout", 0, 1, VirtualServerReader::persistence)
                        .line("persistence_granularity", 1, 1, (d, line, _) -> d.granularity = line)
                        .line("scheduler_flag", 1, 8, VirtualServerReader::schedulerFlag)
                        .line("delay_loop", 0, 1, VirtualServerReader::delayLoop)
                        .line("weight", 0, 1, VirtualServerReader::weight)
                        .line("inhibit_on_failure", 0, 1, VirtualServerReader::inhibit)
                        .line("ip_family", 1, 1, (draft, line, _) -> draft.family = line)
                        .block("lb", 0, 0, VirtualServerReader::limit)
                        .block("real_server", 1, 2, VirtualServerReader::realServer);
        FLAGS.forEach(flag -> keywords.line(flag, 0, 0, VirtualServerReader::flag));
        return keywords;
    }

    private static void protocol(Draft draft, Statement statement, Reading reading) {
        draft.protocol = Values.choice(statement, PROTOCOLS, reading);
    }

    private static void method(Draft draft, Statement statement, Reading reading) {
        draft.method = ForwardingMethod.read(statement, reading);
    }

    private static void limit(Draft draft, Statement statement, Reading reading) {
        draft.limit = RateLimitReader.read(statement, reading);
    }

    /** A virtual server, or null if its header is wrong. */
    static @Nullable Draft read(Statement statement, Reading reading) {
        Draft draft = new Draft(statement);
        boolean named = header(draft, statement, reading);
        KEYWORDS.read(draft, statement.body(), reading);
        return named ? draft : null;
    }

    private static boolean header(Draft draft, Statement statement, Reading reading) {
        Word first = statement.arguments().getFirst();
        Word second = statement.argument(1);
        return switch (first.text()) {
            case "group" -> groupHeader(draft, first, second, reading);
            case "fwmark" -> fwmarkHeader(draft, first, second, reading);
            default -> addressHeader(draft, first, second, reading);
        };
    }

    private static boolean groupHeader(
            Draft draft, Word first, @Nullable Word name, Reading reading) {
        draft.group = name;
        if (name == null) {
            reading.error(
                    first.location(),
                    "virtual_server group needs the name of a virtual_server_group");
        }
        return name != null;
    }

    /** There is no netfilter mark to read here: {@link ClassifierReader} says what gets one. */
    private static boolean fwmarkHeader(
            Draft draft, Word first, @Nullable Word word, Reading reading) {
        if (word == null) {
            reading.error(first.location(), "virtual_server fwmark needs a number");
            return false;
        }
        Integer mark = Values.integer(word, "fwmark", 1, Integer.MAX_VALUE, reading);
        draft.mark = mark == null ? 0 : mark;
        return mark != null;
    }

    private static boolean addressHeader(
            Draft draft, Word first, @Nullable Word portWord, Reading reading) {
        InetAddress address = Values.address(first, "virtual_server", reading);
        Integer port =
                portWord == null
                        ? Integer.valueOf(0)
                        : Values.integer(portWord, "port", 0, 65535, reading);
        if (address == null || port == null) {
            return false;
        }
        draft.target = new VirtualServerGroup.Target(address, port);
        return true;
    }

    private static void scheduler(Draft draft, Statement statement, Reading reading) {
        Word word = statement.arguments().getFirst();
        draft.schedulerSaid = true;
        draft.flags.clear();
        if (reading.options().schedulerKnown().test(word.text())) {
            draft.scheduler = word.text();
        } else if (LOCALITY.contains(word.text())) {
            draft.scheduler = "wlc";
            reading.adjusted(
                    word.location(),
                    word.text()
                            + " keeps a real server for each destination, and a virtual server is one destination;"
                            + " wlc is used, to which it comes down; for a real server for each client say mh");
        } else {
            unknownScheduler(word, reading);
        }
        if (word.text().equals("dh")) {
            reading.adjusted(
                    word.location(),
                    "dh chooses by the VIP, so all clients of this virtual server get one real server;"
                            + " for a real server for each client say mh or sh");
        }
    }

    private static void unknownScheduler(Word word, Reading reading) {
        List<String> troubles = reading.options().schedulerTroubles();
        if (!troubles.isEmpty()) {
            reading.error(
                    word.location(),
                    "unknown scheduler "
                            + word.shown()
                            + ", and a plug-in was not loaded: "
                            + String.join("; ", troubles));
            return;
        }
        List<String> names = reading.options().schedulerNames();
        String nearest = Keywords.nearest(word.text(), names);
        String hint =
                nearest != null
                        ? "did you mean " + nearest + "?"
                        : "known: " + String.join(" ", names);
        reading.unknown(
                word.location(),
                "unknown scheduler " + word.shown() + "; wlc is used, as in keepalived; " + hint);
    }

    /** A plug-in's flags, and options with a value: only the scheduler knows which there are. */
    private static void schedulerFlag(Draft draft, Statement statement, Reading reading) {
        if (!draft.schedulerSaid) {
            reading.dropped(
                    statement.location(),
                    "scheduler_flag is ignored: it must stand below the lvs_sched line");
            return;
        }
        for (Word word : statement.arguments()) {
            if (!draft.flags.add(word.text())) {
                reading.dropped(word.location(), word.shown() + " is there already");
            }
        }
    }

    private static void flag(Draft draft, Statement statement, Reading reading) {
        String flag = statement.name();
        String family = flag.substring(0, flag.indexOf('-'));
        if (!draft.schedulerSaid) {
            reading.dropped(
                    statement.location(),
                    flag + " is ignored: it must stand below the lvs_sched line");
        } else if (!family.equals("flag") && !takes(draft.scheduler, family, flag)) {
            reading.dropped(
                    statement.location(),
                    flag
                            + " is ignored: it belongs to scheduler "
                            + family
                            + ", but this one is "
                            + draft.scheduler);
        } else {
            draft.flags.add(flag);
        }
    }

    /** mh-bounded passes on by its bound, so it needs no fallback. */
    private static boolean takes(String scheduler, String family, String flag) {
        return scheduler.equals(family)
                || (scheduler.equals("mh-bounded") && flag.equals("mh-port"));
    }

    private static void persistence(Draft draft, Statement statement, Reading reading) {
        Word word = statement.argument(0);
        if (word == null) {
            draft.persistenceSeconds = DEFAULT_PERSISTENCE_SECONDS;
        } else if (word.text().matches("0{1,9}")) {
            draft.persistenceSeconds = null;
            reading.adjusted(
                    word.location(), "persistence_timeout 0 is taken as off; remove the line");
        } else {
            draft.persistenceSeconds =
                    Values.integer(statement, 1, MAXIMUM_PERSISTENCE_SECONDS, reading);
        }
    }

    private static void delayLoop(Draft draft, Statement statement, Reading reading) {
        Long nanos = Values.nanos(statement, reading);
        draft.delayLoopNanos = nanos == null ? draft.delayLoopNanos : nanos;
    }

    private static void weight(Draft draft, Statement statement, Reading reading) {
        Integer weight = Values.integer(statement, 0, 65535, reading);
        draft.weight = weight == null ? draft.weight : weight;
    }

    private static void inhibit(Draft draft, Statement statement, Reading reading) {
        Boolean value = Values.bool(statement, reading);
        draft.inhibitOnFailure = value != null && value;
    }

    private static void realServer(Draft draft, Statement statement, Reading reading) {
        RealServerReader.Draft realServer = RealServerReader.read(statement, reading);
        if (realServer != null) {
            draft.realServers.add(realServer);
        }
    }
}
