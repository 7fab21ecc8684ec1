package lb.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Results as JSON, for {@code lb bench compare}. Stateless; any thread. */
public final class ResultFile {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private ResultFile() {}

    /**
     * Writes results to a file, whose folder is made if need be.
     *
     * @param kind the benchmark: files of different kinds are not compared
     * @param further whatever else was measured
     */
    public static void write(
            Path file,
            String kind,
            Map<String, ?> arguments,
            List<Measure> measures,
            Map<String, ?> further)
            throws IOException {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("kind", kind);
        root.put("date", now());
        root.put("machine", Machine.describe());
        root.put("arguments", arguments);
        root.put("results", measures.stream().map(Measure::entry).toList());
        root.putAll(further);
        write(file, root);
    }

    /** Writes a tree of any shape to a file, whose folder is made if need be. */
    public static void write(Path file, Map<String, ?> root) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.writeString(file, JSON.writeValueAsString(root) + "\n");
    }

    /** Date and machine, as the first line of a report. */
    public static String heading() {
        return now()
                + "; "
                + Machine.describe().entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining("; "))
                + ".\n";
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
