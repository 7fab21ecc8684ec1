package lb.bench.latency;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import lb.bench.Measure;
import lb.bench.ResultFile;
import lb.bench.latency.LatencyResults.Row;

/** Results as a table in Markdown, and as JSON. Stateless; any thread. */
final class LatencyReport {
    private LatencyReport() {}

    /** Everything, ready for docs/benchmarks.md. */
    static String text(LatencyResults results) {
        StringBuilder text = new StringBuilder(ResultFile.heading());
        text.append(conditions(results)).append('\n').append(head());
        results.rows().forEach(row -> text.append(line(row)));
        return text.append(results.leftOut()).toString();
    }

    /** How it was measured, in words. */
    static String conditions(LatencyResults results) {
        String most =
                results.most().entrySet().stream()
                        .map(entry -> "%s %,.0f/s".formatted(entry.getKey(), entry.getValue()))
                        .collect(Collectors.joining(", "));
        return "UDP requests of 64 bytes over 16 flows, answered straight back; latencies in µs from the moment each request was due; %d rounds of %d s, taken together.%n"
                        .formatted(
                                results.arguments().options().rounds(),
                                results.arguments().options().seconds())
                + "Core %d: the client. Core %d: director and real server.%n"
                        .formatted(results.cores().generator(), results.cores().forwarder())
                + (most.isEmpty() ? "" : "Most with 64 requests under way: " + most + ".\n");
    }

    /** The names of the columns. */
    static List<String> columns() {
        return List.of(
                "Path",
                "Asked/s",
                "Answered/s",
                "Lost %",
                "p50",
                "p90",
                "p99",
                "p99.9",
                "p99.99",
                "Longest");
    }

    /** The fields of a row, under these names. */
    static List<String> fields(Row row) {
        Answers all = row.together();
        List<String> fields =
                new ArrayList<>(
                        List.of(
                                row.path().toString(),
                                String.format(Locale.ROOT, "%,d", all.rate()),
                                Measure.text(all.answersPerSecond()),
                                String.format(Locale.ROOT, "%.2f", all.lossPercent())));
        LatencyResults.PERCENTILES.forEach(
                p -> fields.add(all.tells(p) ? Measure.text(all.micros(p)) : "-"));
        fields.add(Measure.text(all.mostMicros()));
        return fields;
    }

    private static String head() {
        return "| " + String.join(" | ", columns()) + " |\n|---" + "|--:".repeat(9) + "|\n";
    }

    private static String line(Row row) {
        return "| " + String.join(" | ", fields(row)) + " |\n";
    }

    /** Writes everything, the percentiles of all rounds together too. */
    static void write(LatencyResults results, Path file) throws IOException {
        List<Map<String, Object>> together =
                results.rows().stream().map(LatencyReport::entry).toList();
        ResultFile.write(
                file,
                "latency",
                results.arguments().entry(),
                results.measures(),
                Map.of("cores", results.cores(), "together", together));
    }

    private static Map<String, Object> entry(Row row) {
        Answers all = row.together();
        Map<String, Object> percentiles = new LinkedHashMap<>();
        LatencyResults.PERCENTILES.forEach(p -> percentiles.put("p" + p, all.micros(p)));
        percentiles.put("most", all.mostMicros());
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("path", row.path().toString());
        entry.put("rate", row.rate());
        entry.put("askedPerSecond", all.rate());
        entry.put("sent", all.sent());
        entry.put("answered", all.answered());
        entry.put("micros", percentiles);
        return entry;
    }
}
