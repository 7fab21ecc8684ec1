package lb.bench.failover;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import lb.bench.Machine;
import lb.bench.failover.FailoverRun.Setting;

/** What was measured, as Markdown and as JSON. Stateless; any thread. */
final class FailoverReport {
    private static final int SURVIVOR_PRIORITY = 100;

    /**
     * One figure over all runs, in milliseconds.
     *
     * @param median the middle one, or the mean of the two in the middle
     */
    record Spread(double min, double mean, double median, double max) {
        static Spread of(List<FailoverFigures> runs, ToDoubleFunction<FailoverFigures> figure) {
            double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
            int middle = sorted.length / 2;
            double median =
                    sorted.length % 2 == 1
                            ? sorted[middle]
                            : (sorted[middle - 1] + sorted[middle]) / 2;
            double mean = java.util.Arrays.stream(sorted).average().orElseThrow();
            return new Spread(sorted[0], mean, median, sorted[sorted.length - 1]);
        }

        String text() {
            return String.format(Locale.ROOT, "%.1f / %.1f / %.1f / %.1f", min, mean, median, max);
        }
    }

    private FailoverReport() {}

    /** Active_Down_Interval of the survivor (RFC 9568 section 6.1), in milliseconds. */
    static double theoryMillis(int centiseconds) {
        return centiseconds * 10.0 * (3 + (256 - SURVIVOR_PRIORITY) / 256.0);
    }

    static String text(Map<Setting, List<FailoverFigures>> all) {
        StringBuilder text = new StringBuilder();
        text.append(
                """
                Milliseconds, min / mean / median / max.

                | advert_int | Survivor | Runs | Theory | Last advert to first advert | First advert to first ARP | Kill to first ARP |
                |--:|---|--:|--:|--:|--:|--:|
                """);
        all.forEach((setting, runs) ->
                text.append(
                        String.format(
                                Locale.ROOT,
                                "| %.2f s | %s | %d | %.1f | %s | %s | %s |%n",
                                setting.centiseconds() / 100.0,
                                setting.survivor(),
                                runs.size(),
                                theoryMillis(setting.centiseconds()),
                                Spread.of(runs, FailoverFigures::silence).text(),
                                Spread.of(runs, FailoverFigures::announcement).text(),
                                Spread.of(runs, FailoverFigures::outage).text())));
        return text.toString();
    }

    /** Writes everything, each run too, to a file whose folder is made if need be. */
    static void write(Map<Setting, List<FailoverFigures>> all, Path file) throws IOException {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        root.put("machine", Machine.describe());
        root.put("unit", "ms");
        root.put("results", all.entrySet().stream().map(FailoverReport::entry).toList());
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        Files.writeString(file, mapper.writeValueAsString(root) + "\n");
    }

    private static Map<String, Object> entry(Map.Entry<Setting, List<FailoverFigures>> of) {
        Setting setting = of.getKey();
        List<FailoverFigures> runs = of.getValue();
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("intervalSeconds", setting.centiseconds() / 100.0);
        entry.put("survivor", setting.survivor().toString());
        entry.put("theory", theoryMillis(setting.centiseconds()));
        entry.put("silence", Spread.of(runs, FailoverFigures::silence));
        entry.put("announcement", Spread.of(runs, FailoverFigures::announcement));
        entry.put("outage", Spread.of(runs, FailoverFigures::outage));
        entry.put("runs", runs);
        return entry;
    }
}
