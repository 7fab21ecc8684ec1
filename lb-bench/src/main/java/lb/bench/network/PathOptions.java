package lb.bench.network;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import lb.bench.Words;
import org.jspecify.annotations.Nullable;

/**
 * The options that all benchmarks over paths have. Owned by the thread that reads the command line.
 */
public final class PathOptions {
    /** What they are, for the end of a usage text. */
    public static final String USAGE =
            """
              --rounds N    of all paths, one after the other, 1 to 100 (5)
              --paths A,B,… of %s (all that are installed)
              --json FILE   writes everything that was measured to FILE
            Needs root: builds network namespaces, and sends nothing outside them.\
            """
                    .formatted(
                            TrafficPath.ALL.stream()
                                    .map(TrafficPath::toString)
                                    .collect(Collectors.joining(", ")));

    private static final int SECONDS_MAX = 60;
    private static final int ROUNDS_MAX = 100;

    private int rounds = 5;
    private int seconds;
    private int warmUpSeconds;
    private List<TrafficPath> paths = TrafficPath.ALL;
    private @Nullable Path json;
    private boolean help;

    /** With these times unless the command line says otherwise. */
    public PathOptions(int seconds, int warmUpSeconds) {
        this.seconds = seconds;
        this.warmUpSeconds = warmUpSeconds;
    }

    /**
     * Takes an option if it is one of these.
     *
     * @return whether it was
     * @throws IllegalArgumentException when its value is wrong
     */
    public boolean take(String word, Words words) {
        switch (word) {
            case "--rounds" -> rounds = words.number(word, 1, ROUNDS_MAX);
            case "--seconds" -> seconds = words.number(word, 1, SECONDS_MAX);
            case "--warm-up" -> warmUpSeconds = words.number(word, 1, SECONDS_MAX);
            case "--paths" -> paths = words.choices(word, TrafficPath.ALL);
            case "--json" -> json = Path.of(words.value(word));
            case "-h", "--help" -> help = true;
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Reads a command line that has no other options. */
    public PathOptions readAll(List<String> line) {
        for (Words words = new Words(line); words.hasNext(); ) {
            String word = words.next();
            if (!take(word, words)) {
                throw Words.unknown(word);
            }
        }
        return this;
    }

    /** For the file of results. */
    public Map<String, Object> entry() {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("rounds", rounds);
        entry.put("seconds", seconds);
        entry.put("warmUpSeconds", warmUpSeconds);
        return entry;
    }

    /** Rounds over all paths. */
    public int rounds() {
        return rounds;
    }

    /** Seconds that are measured at a time. */
    public int seconds() {
        return seconds;
    }

    /** Seconds before that. */
    public int warmUpSeconds() {
        return warmUpSeconds;
    }

    /** The paths that are asked for. */
    public List<TrafficPath> paths() {
        return paths;
    }

    /** The file of results; null for none. */
    public @Nullable Path json() {
        return json;
    }

    /** Whether only the usage is asked for. */
    public boolean help() {
        return help;
    }
}
