package lb.bench.pps;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import lb.bench.Words;
import org.jspecify.annotations.Nullable;

/**
 * What {@code lb bench pps} is asked for. Immutable; any thread.
 *
 * @param flows that the patterns {@code established} and {@code mixed} have
 * @param rate frames offered each second, evenly; 0 for none at all, {@link #FULL_RATE} for as many
 *     as can be
 * @param seconds that are measured in each round
 * @param warmUpSeconds before them, for a director's JVM
 * @param scheduler of lb's service
 * @param oneArmed whether the director has one interface, on a switch
 * @param ipv6 whether the frames are IPv6
 * @param json where the results go besides the output; null for nowhere
 * @param install whether missing peers come from Debian
 * @param help whether only the usage is asked for
 */
record PpsArguments(
        int flows,
        int rate,
        int seconds,
        int warmUpSeconds,
        int rounds,
        Pattern pattern,
        String scheduler,
        boolean oneArmed,
        boolean ipv6,
        List<String> forwarders,
        @Nullable Path json,
        boolean install,
        boolean help) {
    /** As fast as the generator's interface takes. */
    static final int FULL_RATE = -1;

    private static final int FLOWS_MAX = 10_000_000;
    private static final int RATE_MAX = 2_000_000;
    private static final int SECONDS_MAX = 60;
    private static final int ROUNDS_MAX = 100;
    private static final List<Pattern> PATTERNS = Arrays.asList(Pattern.values());

    static final String USAGE =
            """
            usage: lb bench pps [--flows N] [--rate N] [--pattern P] [--ipv6] [--one-armed] [--seconds N]
                                [--warm-up N] [--rounds N] [--forwarders A,B,…] [--json FILE] [--install]
              --flows       client flows, 1 to 10 million (100000)
              --rate        frames offered a second, evenly, 0 to 2 million; 0 shows what an idle
                            forwarder costs (as many as can be)
              --pattern     one of these (established):
            %s
              --ipv6        frames of IPv6, 74 bytes at the least
              --one-armed   the director has one interface, on a switch, instead of two
              --seconds     measured in each round, 1 to 60 (2)
              --warm-up     seconds before that for lb's JVM, 1 to 60 (8)
              --rounds      of all forwarders, one after the other, 1 to 100 (5)
              --forwarders  of %s (all that are installed)
              --json        writes everything that was measured to FILE
              --install     gets missing peers from Debian
            Needs root: builds network namespaces, and sends nothing outside them.\
            """
                    .formatted(
                            PATTERNS.stream()
                                    .map(p ->
                                            "                  %-12s %s".formatted(p, p.meaning()))
                                    .collect(Collectors.joining("\n")),
                            String.join(",", Forwarders.NAMES));

    /** The values of an empty command line. */
    static final PpsArguments DEFAULT =
            new PpsArguments(
                    100_000,
                    FULL_RATE,
                    2,
                    8,
                    5,
                    Pattern.ESTABLISHED,
                    "mh",
                    false,
                    false,
                    Forwarders.NAMES,
                    null,
                    false,
                    false);

    /**
     * Reads the words of a command line.
     *
     * @throws IllegalArgumentException when one is unknown, out of range or lacks its value
     */
    static PpsArguments parse(List<String> line) {
        int flows = DEFAULT.flows;
        int rate = DEFAULT.rate;
        int seconds = DEFAULT.seconds;
        int warmUpSeconds = DEFAULT.warmUpSeconds;
        int rounds = DEFAULT.rounds;
        Pattern pattern = DEFAULT.pattern;
        boolean oneArmed = false;
        boolean ipv6 = false;
        List<String> forwarders = DEFAULT.forwarders;
        Path json = null;
        boolean install = false;
        boolean help = false;
        for (Words words = new Words(line); words.hasNext(); ) {
            String word = words.next();
            switch (word) {
                case "--flows" -> flows = words.number(word, 1, FLOWS_MAX);
                case "--rate" -> rate = words.number(word, 0, RATE_MAX);
                case "--seconds" -> seconds = words.number(word, 1, SECONDS_MAX);
                case "--warm-up" -> warmUpSeconds = words.number(word, 1, SECONDS_MAX);
                case "--rounds" -> rounds = words.number(word, 1, ROUNDS_MAX);
                case "--pattern" -> pattern = words.choice(word, PATTERNS);
                case "--one-armed" -> oneArmed = true;
                case "--ipv6" -> ipv6 = true;
                case "--forwarders" -> forwarders = words.choices(word, Forwarders.NAMES);
                case "--json" -> json = Path.of(words.value(word));
                case "--install" -> install = true;
                case "-h", "--help" -> help = true;
                default -> throw Words.unknown(word);
            }
        }
        return new PpsArguments(
                flows,
                rate,
                seconds,
                warmUpSeconds,
                rounds,
                pattern,
                DEFAULT.scheduler,
                oneArmed,
                ipv6,
                forwarders,
                json,
                install,
                help);
    }

    /** The director's arms and the frames' IP version, in words. */
    String topology() {
        return (oneArmed ? "one-armed" : "two-armed") + ", " + (ipv6 ? "IPv6" : "IPv4");
    }

    /** Whether every frame may be from a new source. */
    boolean hasRandomSources() {
        return pattern.hasRandomSources();
    }
}
