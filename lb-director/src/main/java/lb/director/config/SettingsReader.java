package lb.director.config;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import lb.director.config.DirectorSettings.Ring;
import lb.director.config.DirectorSettings.SloppyTcp;
import lb.director.config.DirectorSettings.SourceMac;
import lb.director.config.DirectorSettings.Ttl;
import lb.director.config.syntax.Location;
import lb.director.config.syntax.Statement;
import lb.director.config.syntax.Word;
import org.jspecify.annotations.Nullable;

/**
 * The block {@code lb { ... }} and {@code --set name=value}, which say the same things. Stateless.
 */
final class SettingsReader {

    /** The settings as they come in, one statement after the other. Owned by the reading thread. */
    static final class Draft {
        private Ring ring = DirectorSettings.DEFAULT.ring();
        private Ttl ttl = DirectorSettings.DEFAULT.ttl();
        private SourceMac sourceMac = DirectorSettings.DEFAULT.sourceMac();
        private int workers = DirectorSettings.DEFAULT.workers();
        private boolean spin = DirectorSettings.DEFAULT.spin();
        private boolean shortcut = DirectorSettings.DEFAULT.shortcut();
        private int connectionsMax = DirectorSettings.DEFAULT.connectionsMax();
        private final Set<String> interfaces = new LinkedHashSet<>();
        private int vipLeaseSeconds = DirectorSettings.DEFAULT.vipLeaseSeconds();
        private boolean vipProbe = DirectorSettings.DEFAULT.vipProbe();
        private boolean expireNodestConn = DirectorSettings.DEFAULT.expireNodestConn();
        private boolean expireQuiescentTemplate =
                DirectorSettings.DEFAULT.expireQuiescentTemplate();
        private SloppyTcp sloppyTcp = DirectorSettings.DEFAULT.sloppyTcp();
        private int connReuseMode = DirectorSettings.DEFAULT.connReuseMode();
        private int mhTableSize = DirectorSettings.DEFAULT.mhTableSize();
        private BigDecimal mhLoadFactor = DirectorSettings.DEFAULT.mhLoadFactor();
        private LvsTimeouts timeouts = DirectorSettings.DEFAULT.timeouts();
        final List<MarkRule> classifier = new ArrayList<>();

        DirectorSettings finish(@Nullable String defaultInterface) {
            List<String> in =
                    interfaces.isEmpty() && defaultInterface != null
                            ? List.of(defaultInterface)
                            : List.copyOf(interfaces);
            return new DirectorSettings(
                    ring,
                    ttl,
                    sourceMac,
                    workers,
                    spin,
                    shortcut,
                    connectionsMax,
                    in,
                    vipLeaseSeconds,
                    vipProbe,
                    expireNodestConn,
                    expireQuiescentTemplate,
                    sloppyTcp,
                    connReuseMode,
                    mhTableSize,
                    mhLoadFactor,
                    timeouts);
        }
    }

    private static final int MONTH_SECONDS = 31 * 86400;
    private static final Map<String, Boolean> SWITCH = Map.of("0", false, "1", true);

    private static final Keywords<Draft> KEYWORDS =
            new Keywords<Draft>("lb")
                    .line(
                            "ring",
                            0,
                            1,
                            choice(
                                    Map.of("v2", Ring.V2, "v3", Ring.V3, "auto", Ring.AUTO),
                                    (d, v) -> d.ring = v))
                    .line(
                            "ttl",
                            0,
                            1,
                            choice(
                                    Map.of("decrement", Ttl.DECREMENT, "keep", Ttl.KEEP),
                                    (d, v) -> d.ttl = v))
                    .line(
                            "source_mac",
                            0,
                            1,
                            choice(
                                    Map.of("own", SourceMac.OWN, "preserve", SourceMac.PRESERVE),
                                    (d, v) -> d.sourceMac = v))
                    .line("workers", 0, 1, number(1, 64, (d, v) -> d.workers = v))
                    .line("spin", 0, 1, onOrOff((d, v) -> d.spin = v))
                    .line("shortcut", 0, 1, onOrOff((d, v) -> d.shortcut = v))
                    .line(
                            "connections_max",
                            0,
                            1,
                            number(1000, 100_000_000, (d, v) -> d.connectionsMax = v))
                    .line("interface", 0, 32, SettingsReader::interfaces)
                    .line("vip_lease", 0, 1, number(2, 3600, (d, v) -> d.vipLeaseSeconds = v))
                    .line("vip_probe", 0, 1, onOrOff((d, v) -> d.vipProbe = v))
                    .line(
                            "expire_nodest_conn",
                            0,
                            1,
                            choice(SWITCH, (d, v) -> d.expireNodestConn = v))
                    .line(
                            "expire_quiescent_template",
                            0,
                            1,
                            choice(SWITCH, (d, v) -> d.expireQuiescentTemplate = v))
                    .line(
                            "sloppy_tcp",
                            0,
                            1,
                            choice(
                                    Map.of(
                                            "0",
                                            SloppyTcp.OFF,
                                            "1",
                                            SloppyTcp.ON,
                                            "auto",
                                            SloppyTcp.AUTO),
                                    (d, v) -> d.sloppyTcp = v))
                    .line("conn_reuse_mode", 0, 1, number(0, 2, (d, v) -> d.connReuseMode = v))
                    .line("mh_table_size", 0, 1, SettingsReader::mhTableSize)
                    .line("mh_load_factor", 0, 1, SettingsReader::mhLoadFactor)
                    .line("lvs_timeouts", 0, 6, SettingsReader::timeouts)
                    .block(
                            "classifier",
                            0,
                            0,
                            (draft, statement, reading) ->
                                    ClassifierReader.read(draft.classifier, statement, reading));

    private SettingsReader() {}

    /** Reads the statements of {@code lb { ... }}. */
    static void read(Draft draft, List<Statement> statements, Reading reading) {
        KEYWORDS.read(draft, statements, reading);
    }

    /** Reads one {@code name=value} of the command line; messages name it as their place. */
    static void override(Draft draft, String setting, Reading reading) {
        Location place = Location.whole("--set " + setting);
        int equals = setting.indexOf('=');
        if (equals < 1) {
            reading.error(place, "expected name=value, such as --set workers=2");
            return;
        }
        String name = setting.substring(0, equals).strip();
        if (!KEYWORDS.has(name)) {
            String nearest = Keywords.nearest(name, KEYWORDS.names());
            String hint =
                    nearest == null
                            ? "; known: " + String.join(" ", KEYWORDS.names())
                            : "; did you mean " + nearest + "?";
            reading.error(place, "there is no such setting" + hint);
            return;
        }
        List<Word> words = new ArrayList<>(List.of(new Word(name, false, place)));
        for (String value : setting.substring(equals + 1).strip().split("\\s+")) {
            if (!value.isEmpty()) {
                words.add(new Word(value, false, place));
            }
        }
        if (name.equals("interface")) {
            draft.interfaces.clear(); // lines of the file add up; the command line replaces them
        }
        KEYWORDS.read(draft, List.of(new Statement(words, null)), reading);
    }

    private static <E> Keywords.Action<Draft> choice(
            Map<String, E> choices, BiConsumer<Draft, E> set) {
        return (draft, statement, reading) -> {
            E value = Values.choice(statement, choices, reading);
            if (value != null) {
                set.accept(draft, value);
            }
        };
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

    private static Keywords.Action<Draft> onOrOff(BiConsumer<Draft, Boolean> set) {
        return (draft, statement, reading) -> {
            Boolean value = Values.bool(statement, reading);
            if (value != null) {
                set.accept(draft, value);
            }
        };
    }

    private static void mhTableSize(Draft draft, Statement statement, Reading reading) {
        Integer size = Values.integer(statement, 1, Integer.MAX_VALUE, reading);
        if (size != null && !DirectorSettings.MH_TABLE_SIZES.contains(size)) {
            reading.error(
                    statement.location(),
                    "mh_table_size "
                            + size
                            + " is none of the primes "
                            + DirectorSettings.MH_TABLE_SIZES
                                    .toString()
                                    .replaceAll("[\\[\\]]", ""));
        } else if (size != null) {
            draft.mhTableSize = size;
        }
    }

    private static void mhLoadFactor(Draft draft, Statement statement, Reading reading) {
        Word word = statement.argument(0);
        if (word == null || !word.text().matches("[0-9]{1,3}(\\.[0-9]{1,6})?")) {
            reading.error(
                    word == null ? statement.location() : word.location(),
                    "mh_load_factor needs a number from 1.01 to 100, such as 1.25"
                            + (word == null ? "" : ", not " + word.shown()));
            return;
        }
        BigDecimal factor = new BigDecimal(word.text());
        if (factor.compareTo(new BigDecimal("1.01")) < 0
                || factor.compareTo(BigDecimal.valueOf(100)) > 0) {
            reading.error(
                    word.location(),
                    "mh_load_factor " + word.text() + " is out of range; allowed is 1.01 to 100");
            return;
        }
        draft.mhLoadFactor = factor;
    }

    private static void interfaces(Draft draft, Statement statement, Reading reading) {
        if (statement.argumentCount() == 0) {
            reading.error(
                    statement.location(), "interface needs the name of at least one interface");
            return;
        }
        Set<String> names = new LinkedHashSet<>();
        for (Word word : statement.arguments()) {
            for (String part : word.text().split(",", -1)) {
                String name =
                        Values.interfaceName(
                                new Word(part, false, word.location()), "interface", reading);
                if (name != null) {
                    names.add(name);
                }
            }
        }
        draft.interfaces.addAll(names);
    }

    /** {@code lvs_timeouts [tcp N] [tcpfin N] [udp N]}; also a line of global_defs. */
    static void timeouts(Draft draft, Statement statement, Reading reading) {
        List<Word> words = statement.arguments();
        if (words.isEmpty()) {
            reading.error(
                    statement.location(),
                    "lvs_timeouts needs 'tcp N', 'tcpfin N' or 'udp N', N in seconds");
        }
        for (int i = 0; i < words.size(); i += 2) {
            Word name = words.get(i);
            if (!Set.of("tcp", "tcpfin", "udp").contains(name.text())) {
                reading.error(
                        name.location(),
                        "lvs_timeouts needs tcp, tcpfin or udp here, not " + name.shown());
                return;
            }
            if (i + 1 == words.size()) {
                reading.error(
                        name.location(), name.text() + " needs a number of seconds behind it");
                return;
            }
            Integer seconds =
                    Values.integer(words.get(i + 1), name.text(), 1, MONTH_SECONDS, reading);
            if (seconds != null) {
                draft.timeouts = changed(draft.timeouts, name.text(), seconds);
            }
        }
        reading.uses(Feature.TIMEOUTS, statement.location());
    }

    private static LvsTimeouts changed(LvsTimeouts old, String name, int seconds) {
        return switch (name) {
            case "tcp" -> new LvsTimeouts(seconds, old.tcpFinSeconds(), old.udpSeconds());
            case "tcpfin" -> new LvsTimeouts(old.tcpSeconds(), seconds, old.udpSeconds());
            default -> new LvsTimeouts(old.tcpSeconds(), old.tcpFinSeconds(), seconds);
        };
    }
}
