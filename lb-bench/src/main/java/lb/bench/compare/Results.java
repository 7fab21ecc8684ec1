package lb.bench.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A file of results, read. Immutable; any thread.
 *
 * @param kind the benchmark it is of
 * @param machine that was measured on, as JSON
 * @param arguments of the run, as JSON
 */
record Results(String kind, String machine, String arguments, List<Figure> figures) {
    /** Under it, bytes are JMH's own, spread over few frames. */
    static final String ALLOCATED = "allocated";

    private static final List<String> FAILOVER = List.of("silence", "announcement", "outage");

    /**
     * Reads a file.
     *
     * @throws IOException when it cannot be read, or has no results of a benchmark; the message
     *     names it
     */
    static Results read(Path file) throws IOException {
        JsonNode root = tree(file);
        String kind = kind(root);
        List<Figure> figures = new ArrayList<>();
        switch (kind) {
            case "jmh" -> root.path("results").forEach(entry -> addJmh(entry, figures));
            case "pps" -> root.path("forwarders").forEach(entry -> addPps(root, entry, figures));
            case "failover" ->
                    root.path("results").forEach(entry -> addFailover(root, entry, figures));
            default -> root.path("results").forEach(entry -> add(entry, figures));
        }
        if (figures.isEmpty()) {
            throw new IOException(file + " has no results of lb bench");
        }
        return new Results(
                kind, root.path("machine").toString(), root.path("arguments").toString(), figures);
    }

    private static JsonNode tree(Path file) throws IOException {
        try {
            return new ObjectMapper().readTree(Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file " + file, e);
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is no JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** Files of before the kind was written say by their shape what they are. */
    private static String kind(JsonNode root) {
        JsonNode first = root.path("results").path(0);
        return root.hasNonNull("kind")
                ? root.path("kind").asText()
                : root.has("forwarders")
                        ? "pps"
                        : first.has("benchmark") ? "jmh" : first.has("silence") ? "failover" : "";
    }

    private static void add(JsonNode entry, List<Figure> figures) {
        String name = entry.path("name").asText();
        String unit = entry.path("unit").asText();
        add(figures, name, unit, entry.path("better").asText().equals("more"), entry);
    }

    private static void addJmh(JsonNode entry, List<Figure> figures) {
        String parameters =
                entry.path("parameters").properties().stream()
                        .map(each -> " " + each.getKey() + "=" + each.getValue().asText())
                        .collect(Collectors.joining());
        String name = entry.path("benchmark").asText() + parameters;
        add(figures, name, entry.path("unit").asText(), false, entry);
        addBytes(entry, "bytesPerOperation", name + ", " + ALLOCATED, figures);
        addBytes(entry, "bytesPerConnection", name + ", for each connection", figures);
    }

    private static void addBytes(JsonNode entry, String field, String name, List<Figure> figures) {
        if (entry.path(field).isNumber()) {
            double bytes = entry.path(field).asDouble();
            figures.add(new Figure(name, "B", false, bytes, bytes, bytes));
        }
    }

    private static void addPps(JsonNode root, JsonNode entry, List<Figure> figures) {
        JsonNode arguments = root.path("arguments");
        String name =
                "%s, %s, %,d flows"
                        .formatted(
                                entry.path("name").asText(),
                                arguments.path("pattern").asText(),
                                arguments.path("flows").asInt());
        String topology = arguments.path("topology").asText("two-armed, IPv4");
        add(figures, name + ", " + topology, "Mpps", true, entry.path("forwardedMpps"));
    }

    private static void addFailover(JsonNode root, JsonNode entry, List<Figure> figures) {
        for (String what : FAILOVER) {
            String name =
                    "%s at %s s, %s"
                            .formatted(
                                    entry.path("survivor").asText(),
                                    entry.path("intervalSeconds").asText(),
                                    what);
            add(figures, name, root.path("unit").asText("ms"), false, entry.path(what));
        }
    }

    private static void add(
            List<Figure> figures, String name, String unit, boolean moreIsBetter, JsonNode spread) {
        JsonNode median = spread.path("median");
        if (median.isNumber()) {
            double low = first(spread, median.asDouble(), "lowerQuartile", "least");
            double high = first(spread, median.asDouble(), "upperQuartile", "most");
            figures.add(new Figure(name, unit, moreIsBetter, median.asDouble(), low, high));
        }
    }

    private static double first(JsonNode spread, double otherwise, String... fields) {
        for (String field : fields) {
            if (spread.path(field).isNumber()) {
                return spread.path(field).asDouble();
            }
        }
        return otherwise;
    }
}
