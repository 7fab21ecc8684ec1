package lb.bench.network;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lb.bench.Choice;
import lb.bench.Within;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/**
 * The options that all benchmarks over paths have; a picocli mixin. Owned by the thread that reads
 * the command line.
 */
@Command(
        sortOptions = false,
        footer = {"", "Needs root: builds network namespaces, and sends nothing outside them."})
public final class PathOptions {
    private static final int SECONDS_MAX = 60;
    private static final int ROUNDS_MAX = 100;

    /** A path as it is typed. */
    private static final class PathName implements ITypeConverter<TrafficPath> {
        @Override
        public TrafficPath convert(String text) {
            return Choice.of(TrafficPath.ALL, text);
        }
    }

    @Within(most = SECONDS_MAX)
    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "Measured at a time in each round, 1 to 60 (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Within(most = SECONDS_MAX)
    @Option(
            names = "--warm-up",
            paramLabel = "N",
            description = "Seconds before that, 1 to 60 (default: ${DEFAULT-VALUE}).")
    private int warmUpSeconds;

    @Within(most = ROUNDS_MAX)
    @Option(
            names = "--rounds",
            paramLabel = "N",
            description =
                    "Of all paths, one after the other, 1 to 100 (default: ${DEFAULT-VALUE}).")
    private int rounds = 5;

    @Option(
            names = "--paths",
            paramLabel = "A",
            split = ",",
            converter = PathName.class,
            description = "Of ${COMPLETION-CANDIDATES} (all that are installed).")
    private List<TrafficPath> paths;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Writes everything that was measured to FILE.")
    private @Nullable Path json;

    /** With these times and paths unless the command line says otherwise. */
    public PathOptions(int seconds, int warmUpSeconds, List<TrafficPath> paths) {
        this.paths = paths;
        this.seconds = seconds;
        this.warmUpSeconds = warmUpSeconds;
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

    /** The paths that are asked for, each once. */
    public List<TrafficPath> paths() {
        return paths.stream().distinct().toList();
    }

    /** The file of results; null for none. */
    public @Nullable Path json() {
        return json;
    }
}
