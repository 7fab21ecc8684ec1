package lb.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What {@code lb bench jmh} is asked for. Immutable.
 *
 * @param pattern regular expression of the benchmarks to run
 * @param quick whether one short fork is enough
 * @param sample whether each batch is timed for itself
 * @param help whether only the usage is asked for
 * @param out where the results go
 * @param parameters values for benchmark parameters, instead of the benchmark's own
 * @param jvm further words for the JVM of the forks
 */
record JmhArguments(
        String pattern,
        boolean quick,
        boolean sample,
        boolean help,
        Path out,
        Map<String, List<String>> parameters,
        List<String> jvm) {
    static final String USAGE =
            """
            usage: lb bench jmh [--quick] [--sample] [--out FILE] [-p NAME=VALUE[,VALUE…]]… [--jvm WORD]… [PATTERN]
              --quick   one short fork of each: to see that it runs, not how fast
              --sample  times each batch, after a longer warm-up: the median stands up to other work on the machine
              --out     the JSON file for the results (lb-bench/results/local/jmh.json)
              -p        values of a benchmark's parameter, such as connections=10000000
              --jvm     a further word for the JVM of the forks, such as -XX:+UseParallelGC
              PATTERN   regular expression that the benchmark's name contains (all)\
            """;

    private static final Path DEFAULT_OUT = Path.of("lb-bench", "results", "local", "jmh.json");

    /**
     * Reads the words of a command line.
     *
     * @throws IllegalArgumentException when one is unknown or lacks its value
     */
    static JmhArguments parse(List<String> words) {
        String pattern = null;
        boolean quick = false;
        boolean sample = false;
        boolean help = false;
        Path out = DEFAULT_OUT;
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        List<String> jvm = new ArrayList<>();
        for (Iterator<String> rest = words.iterator(); rest.hasNext(); ) {
            String word = rest.next();
            switch (word) {
                case "--quick" -> quick = true;
                case "--sample" -> sample = true;
                case "-h", "--help" -> help = true;
                case "--out" -> out = Path.of(value(word, rest));
                case "--jvm" -> jvm.add(value(word, rest));
                case "-p" -> putParameter(parameters, value(word, rest));
                default -> {
                    if (word.startsWith("-")) {
                        throw new IllegalArgumentException("unknown option '" + word + "'");
                    }
                    if (pattern != null) {
                        throw new IllegalArgumentException(
                                "one pattern at most, but there are '"
                                        + pattern
                                        + "' and '"
                                        + word
                                        + "'");
                    }
                    pattern = checked(word);
                }
            }
        }
        return new JmhArguments(
                pattern == null ? ".*" : pattern,
                quick,
                sample,
                help,
                out,
                Map.copyOf(parameters),
                List.copyOf(jvm));
    }

    private static String value(String option, Iterator<String> rest) {
        try {
            return rest.next();
        } catch (NoSuchElementException e) {
            throw new IllegalArgumentException(option + " needs a value", e);
        }
    }

    private static void putParameter(Map<String, List<String>> parameters, String text) {
        int equals = text.indexOf('=');
        if (equals < 1 || equals == text.length() - 1) {
            throw new IllegalArgumentException("-p needs NAME=VALUE, not '" + text + "'");
        }
        parameters.put(text.substring(0, equals), List.of(text.substring(equals + 1).split(",")));
    }

    private static String checked(String pattern) {
        try {
            return Pattern.compile(pattern).pattern();
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "'" + pattern + "' is no regular expression: " + e.getDescription(), e);
        }
    }
}
