package lb.bench.pps;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code lb bench pps} is asked for. Immutable; any thread.
 *
 * @param flows that the pattern {@code established} has
 * @param seconds that are measured in each round
 * @param warmUpSeconds before them, for a director's JVM
 * @param json where the results go besides the output; null for nowhere
 * @param install whether missing peers come from Debian
 * @param help whether only the usage is asked for
 */
record PpsArguments(
        int flows,
        int seconds,
        int warmUpSeconds,
        int rounds,
        Pattern pattern,
        List<String> forwarders,
        @Nullable Path json,
        boolean install,
        boolean help) {
    private static final int FLOWS_MAX = 10_000_000;
    private static final int SECONDS_MAX = 60;
    private static final int ROUNDS_MAX = 100;

    static final String USAGE =
            """
            usage: lb bench pps [--flows N] [--pattern P] [--seconds N] [--warm-up N] [--rounds N]
                                [--forwarders A,B,…] [--json FILE] [--install]
              --flows       client flows, 1 to 10 million (100000)
              --pattern     established: ACKs of these flows; syn: SYNs from random ports (established)
              --seconds     measured in each round, 1 to 60 (2)
              --warm-up     seconds before that for lb's JVM, 1 to 60 (8)
              --rounds      of all forwarders, one after the other, 1 to 100 (5)
              --forwarders  of %s (all that are installed)
              --json        writes everything that was measured to FILE
              --install     gets missing peers from Debian
            Needs root: builds network namespaces, and sends nothing outside them.\
            """
                    .formatted(String.join(",", Forwarders.NAMES));

    /** The values of an empty command line. */
    static final PpsArguments DEFAULT =
            new PpsArguments(
                    100_000, 2, 8, 5, Pattern.ESTABLISHED, Forwarders.NAMES, null, false, false);

    /**
     * Reads the words of a command line.
     *
     * @throws IllegalArgumentException when one is unknown, out of range or lacks its value
     */
    static PpsArguments parse(List<String> words) {
        int flows = DEFAULT.flows;
        int seconds = DEFAULT.seconds;
        int warmUpSeconds = DEFAULT.warmUpSeconds;
        int rounds = DEFAULT.rounds;
        Pattern pattern = DEFAULT.pattern;
        List<String> forwarders = DEFAULT.forwarders;
        Path json = null;
        boolean install = false;
        boolean help = false;
        for (Iterator<String> rest = words.iterator(); rest.hasNext(); ) {
            String word = rest.next();
            switch (word) {
                case "--flows" -> flows = number(word, rest, FLOWS_MAX);
                case "--seconds" -> seconds = number(word, rest, SECONDS_MAX);
                case "--warm-up" -> warmUpSeconds = number(word, rest, SECONDS_MAX);
                case "--rounds" -> rounds = number(word, rest, ROUNDS_MAX);
                case "--pattern" -> pattern = pattern(value(word, rest));
                case "--forwarders" -> forwarders = forwarders(value(word, rest));
                case "--json" -> json = Path.of(value(word, rest));
                case "--install" -> install = true;
                case "-h", "--help" -> help = true;
                default -> throw new IllegalArgumentException("unknown option '" + word + "'");
            }
        }
        return new PpsArguments(
                flows, seconds, warmUpSeconds, rounds, pattern, forwarders, json, install, help);
    }

    private static String value(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(option + " needs a value");
        }
        return rest.next();
    }

    private static int number(String option, Iterator<String> rest, int most) {
        String text = value(option, rest);
        try {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, together with what is out of range.
        }
        throw new IllegalArgumentException(
                option + " needs a whole number from 1 to " + most + ", not '" + text + "'");
    }

    private static Pattern pattern(String text) {
        return Arrays.stream(Pattern.values())
                .filter(pattern -> pattern.toString().equals(text))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "--pattern is established or syn, not '" + text + "'"));
    }

    private static List<String> forwarders(String text) {
        Set<String> names = new LinkedHashSet<>();
        for (String name : text.toLowerCase(Locale.ROOT).split(",", -1)) {
            if (!Forwarders.NAMES.contains(name)) {
                throw new IllegalArgumentException(
                        "--forwarders knows "
                                + String.join(", ", Forwarders.NAMES)
                                + ", not '"
                                + name
                                + "'");
            }
            names.add(name);
        }
        return new ArrayList<>(names);
    }
}
