package lb.bench.latency;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lb.bench.Words;
import lb.bench.network.PathOptions;
import org.jspecify.annotations.Nullable;

/**
 * What {@code lb bench latency} is asked for. Immutable once read; any thread.
 *
 * @param rates requests a second; {@link #HALF} for half of what the slowest path answers
 * @param html where the report goes besides the output; null for nowhere
 */
record LatencyArguments(PathOptions options, List<Integer> rates, @Nullable Path html) {
    static final int HALF = 0;

    private static final int RATE_MAX = 1_000_000;
    private static final String HALF_WORD = "half";

    static final String USAGE =
            """
            usage: lb bench latency [--rates R,S,…] [--seconds N] [--warm-up N] [--rounds N]
                                    [--paths A,B,…] [--json FILE] [--html FILE]
              --rates R,S,… requests a second, 1 to 1000000, or "half" of the most that the slowest
                            path answers (100,10000,half)
              --seconds N   measured at each rate in each round, 1 to 60 (5)
              --warm-up N   seconds before that, 1 to 60 (5)
              --html FILE   writes a report with percentile plots to FILE
            """
                    + PathOptions.USAGE;

    /**
     * Reads the words of a command line.
     *
     * @throws IllegalArgumentException when one is unknown, out of range or lacks its value
     */
    static LatencyArguments parse(List<String> line) {
        PathOptions options = new PathOptions(5, 5);
        List<Integer> rates = List.of(100, 10_000, HALF);
        Path html = null;
        for (Words words = new Words(line); words.hasNext(); ) {
            String word = words.next();
            switch (word) {
                case "--rates" -> rates = rates(words.value(word));
                case "--html" -> html = Path.of(words.value(word));
                default -> {
                    if (!options.take(word, words)) {
                        throw Words.unknown(word);
                    }
                }
            }
        }
        return new LatencyArguments(options, rates, html);
    }

    private static List<Integer> rates(String text) {
        Set<Integer> rates = new LinkedHashSet<>();
        for (String word : text.split(",", -1)) {
            rates.add(word.equals(HALF_WORD) ? HALF : Words.number("--rates", word, 1, RATE_MAX));
        }
        return new ArrayList<>(rates);
    }

    /** A rate as it is typed. */
    static String text(int rate) {
        return rate == HALF ? HALF_WORD : Integer.toString(rate);
    }

    /** For the file of results. */
    Map<String, Object> entry() {
        Map<String, Object> entry = new LinkedHashMap<>(options.entry());
        entry.put("rates", rates.stream().map(LatencyArguments::text).toList());
        return entry;
    }
}
