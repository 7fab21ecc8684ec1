package lb.bench.failover;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code lb bench failover} is asked for. Immutable; any thread.
 *
 * @param centiseconds the intervals, 1 to 4095 hundredths of a second
 * @param runs of each interval and survivor
 * @param survivors of {@link Survivor}
 * @param json where the results go besides the output; null for nowhere
 * @param help whether only the usage is asked for
 */
record FailoverArguments(
        List<Integer> centiseconds,
        int runs,
        List<Survivor> survivors,
        @Nullable Path json,
        boolean help) {
    private static final int RUNS_MAX = 1_000;
    private static final int CENTISECONDS_MAX = 4_095;

    static final String USAGE =
            """
            usage: lb bench failover [--intervals A,B,…] [--runs N] [--survivors A,B] [--json FILE]
              --intervals  advert_int in seconds, 0.01 to 40.95, hundredths (1,0.1,0.05,0.01)
              --runs       of each interval and survivor, 1 to 1000 (10)
              --survivors  of lb,keepalived: who takes over from a keepalived that is killed (both)
              --json       writes everything that was measured to FILE
            Needs root and keepalived: builds network namespaces, and sends nothing outside them.\
            """;

    /** The values of an empty command line. */
    static final FailoverArguments DEFAULT =
            new FailoverArguments(
                    List.of(100, 10, 5, 1), 10, List.of(Survivor.values()), null, false);

    /**
     * Reads the words of a command line.
     *
     * @throws IllegalArgumentException when one is unknown, out of range or lacks its value
     */
    static FailoverArguments parse(List<String> words) {
        List<Integer> centiseconds = DEFAULT.centiseconds;
        int runs = DEFAULT.runs;
        List<Survivor> survivors = DEFAULT.survivors;
        Path json = null;
        boolean help = false;
        for (Iterator<String> rest = words.iterator(); rest.hasNext(); ) {
            String word = rest.next();
            switch (word) {
                case "--intervals" -> centiseconds = intervals(value(word, rest));
                case "--runs" -> runs = runs(value(word, rest));
                case "--survivors" -> survivors = survivors(value(word, rest));
                case "--json" -> json = Path.of(value(word, rest));
                case "-h", "--help" -> help = true;
                default -> throw new IllegalArgumentException("unknown option '" + word + "'");
            }
        }
        return new FailoverArguments(centiseconds, runs, survivors, json, help);
    }

    private static String value(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(option + " needs a value");
        }
        return rest.next();
    }

    private static int runs(String text) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= RUNS_MAX) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, together with what is out of range.
        }
        throw new IllegalArgumentException(
                "--runs needs a whole number from 1 to " + RUNS_MAX + ", not '" + text + "'");
    }

    private static List<Integer> intervals(String text) {
        return Arrays.stream(text.split(",", -1)).map(FailoverArguments::interval).toList();
    }

    private static int interval(String text) {
        try {
            double hundredths = Double.parseDouble(text) * 100;
            long rounded = Math.round(hundredths);
            if (rounded >= 1
                    && rounded <= CENTISECONDS_MAX
                    && Math.abs(hundredths - rounded) < 1e-6) {
                return (int) rounded;
            }
        } catch (NumberFormatException e) {
            // Said below, together with what is out of range.
        }
        throw new IllegalArgumentException(
                "--intervals needs seconds from 0.01 to 40.95 in hundredths, not '" + text + "'");
    }

    private static List<Survivor> survivors(String text) {
        Set<Survivor> survivors = new LinkedHashSet<>();
        for (String name : text.split(",", -1)) {
            survivors.add(
                    Arrays.stream(Survivor.values())
                            .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(name))
                            .findFirst()
                            .orElseThrow(() ->
                                    new IllegalArgumentException(
                                            "--survivors knows lb and keepalived, not '"
                                                    + name
                                                    + "'")));
        }
        return List.copyOf(survivors);
    }
}
