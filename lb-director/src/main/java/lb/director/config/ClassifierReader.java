package lb.director.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lb.director.config.syntax.Statement;
import lb.director.config.syntax.Word;
import org.jspecify.annotations.Nullable;

/**
 * The block {@code lb { classifier { mark N { ... } } }}: what other directors have netfilter do.
 * Stateless.
 */
final class ClassifierReader {

    /** Rules that one configuration may have, each combination counted. */
    private static final int MAXIMUM_RULES = 65_536;

    /** Ports that a range may have unless it is all of them: the host gives each up by itself. */
    private static final int MAXIMUM_PORTS = 4_096;

    private static final int LAST_PORT = 65_535;
    private static final int ANY_NUMBER = 1_024;
    private static final Pattern PORTS = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");

    private record Source(InetAddress address, int prefixLength) {}

    private record Ports(int first, int last) {}

    /** One block {@code mark N} as it comes in. Owned by the reading thread. */
    private static final class Draft {
        final List<Source> sources = new ArrayList<>();
        final List<InetAddress> destinations = new ArrayList<>();
        final List<Protocol> protocols = new ArrayList<>();
        final List<Ports> ports = new ArrayList<>();
        boolean saysSource;
        boolean saysDestination;
    }

    private static final Keywords<Draft> MARK =
            new Keywords<Draft>("mark")
                    .line("source", 1, ANY_NUMBER, ClassifierReader::source)
                    .line("destination", 1, ANY_NUMBER, ClassifierReader::destination)
                    .line("protocol", 1, 3, ClassifierReader::protocol)
                    .line("port", 1, ANY_NUMBER, ClassifierReader::port);

    private static final Keywords<List<MarkRule>> CLASSIFIER =
            new Keywords<List<MarkRule>>("classifier").block("mark", 1, 1, ClassifierReader::mark);

    private ClassifierReader() {}

    static void read(List<MarkRule> rules, Statement statement, Reading reading) {
        CLASSIFIER.read(rules, statement.body(), reading);
    }

    private static void mark(List<MarkRule> rules, Statement statement, Reading reading) {
        Word word = statement.arguments().getFirst();
        Integer mark = Values.integer(word, "mark", 1, Integer.MAX_VALUE, reading);
        Draft draft = new Draft();
        MARK.read(draft, statement.body(), reading);
        if (!draft.saysDestination) {
            reading.error(
                    statement.location(),
                    "mark "
                            + word.text()
                            + " needs a destination: the VIPs that its packets are for");
        }
        if (mark == null) {
            return;
        }
        for (InetAddress destination : draft.destinations) {
            for (Source source : sources(draft, destination, statement, reading)) {
                for (Protocol protocol : protocols(draft)) {
                    for (Ports ports : ports(draft)) {
                        rules.add(
                                new MarkRule(
                                        mark,
                                        source.address(),
                                        source.prefixLength(),
                                        destination,
                                        protocol,
                                        ports.first(),
                                        ports.last(),
                                        statement.location()));
                        if (rules.size() > MAXIMUM_RULES) {
                            reading.error(
                                    statement.location(),
                                    "more than " + MAXIMUM_RULES + " rules in classifier");
                            return;
                        }
                    }
                }
            }
        }
    }

    private static List<Source> sources(
            Draft draft, InetAddress destination, Statement statement, Reading reading) {
        if (!draft.saysSource) {
            return List.of(new Source(Addresses.unspecified(Addresses.isIpv4(destination)), 0));
        }
        List<Source> fitting =
                draft.sources.stream()
                        .filter(source ->
                                Addresses.isIpv4(source.address()) == Addresses.isIpv4(destination))
                        .toList();
        if (fitting.isEmpty() && !draft.sources.isEmpty()) {
            reading.error(
                    statement.location(),
                    "destination "
                            + destination.getHostAddress()
                            + " has no source of its family; add one, such as "
                            + (Addresses.isIpv4(destination) ? "0.0.0.0/0" : "::/0"));
        }
        return fitting;
    }

    private static List<@Nullable Protocol> protocols(Draft draft) {
        List<@Nullable Protocol> all = new ArrayList<>(draft.protocols);
        if (all.isEmpty()) {
            all.add(null);
        }
        return all;
    }

    private static List<Ports> ports(Draft draft) {
        return draft.ports.isEmpty() ? List.of(new Ports(0, LAST_PORT)) : draft.ports;
    }

    /** The parts of a line's words: {@code 80,443} is as good as {@code 80 443}. */
    private static List<Word> parts(Statement statement) {
        List<Word> parts = new ArrayList<>();
        for (Word word : statement.arguments()) {
            for (String part : word.text().split(",", -1)) {
                parts.add(new Word(part, word.quoted(), word.location()));
            }
        }
        return parts;
    }

    private static void source(Draft draft, Statement statement, Reading reading) {
        draft.saysSource = true;
        for (Word word : parts(statement)) {
            Source source = source(word);
            if (source == null) {
                reading.error(
                        word.location(),
                        "source needs an address or a network such as 10.0.0.0/8, not "
                                + word.shown());
            } else if (!Addresses.hostBitsAreZero(source.address(), source.prefixLength())) {
                reading.error(
                        word.location(),
                        word.shown()
                                + " has bits set behind /"
                                + source.prefixLength()
                                + "; give the first address");
            } else {
                draft.sources.add(source);
            }
        }
    }

    private static @Nullable Source source(Word word) {
        int slash = word.text().indexOf('/');
        String text = slash < 0 ? word.text() : word.text().substring(0, slash);
        InetAddress address = Addresses.parse(text);
        if (address == null) {
            return null;
        }
        if (slash < 0) {
            return new Source(address, Addresses.bits(address));
        }
        String length = word.text().substring(slash + 1);
        boolean fits =
                length.matches("[0-9]{1,3}") && Integer.parseInt(length) <= Addresses.bits(address);
        return fits ? new Source(address, Integer.parseInt(length)) : null;
    }

    private static void destination(Draft draft, Statement statement, Reading reading) {
        draft.saysDestination = true;
        for (Word word : parts(statement)) {
            draft.destinations.addAll(VirtualServerGroup.addresses(word, "destination", reading));
        }
    }

    private static void protocol(Draft draft, Statement statement, Reading reading) {
        for (Word word : parts(statement)) {
            Protocol protocol =
                    VirtualServerReader.PROTOCOLS.get(word.text().toLowerCase(Locale.ROOT));
            if (protocol == null) {
                reading.error(
                        word.location(), "protocol needs tcp, udp or sctp, not " + word.shown());
            } else {
                draft.protocols.add(protocol);
            }
        }
    }

    private static void port(Draft draft, Statement statement, Reading reading) {
        for (Word word : parts(statement)) {
            Matcher ports = PORTS.matcher(word.text());
            int first = ports.matches() ? Integer.parseInt(ports.group(1)) : 0;
            int last =
                    first == 0 || ports.group(2) == null ? first : Integer.parseInt(ports.group(2));
            if (first == 0 || last < first || last > LAST_PORT) {
                reading.error(
                        word.location(),
                        "port needs numbers 1 to 65535 or a range such as 8000-8010, not "
                                + word.shown());
            } else if (last - first >= MAXIMUM_PORTS && (first > 1 || last < LAST_PORT)) {
                reading.error(
                        word.location(),
                        word.shown()
                                + " is more than "
                                + MAXIMUM_PORTS
                                + " ports; leave the line out for all ports");
            } else {
                draft.ports.add(new Ports(first, last));
            }
        }
    }
}
