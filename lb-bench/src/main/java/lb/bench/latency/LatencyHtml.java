package lb.bench.latency;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import lb.bench.ResultFile;
import lb.bench.latency.LatencyResults.Row;

/**
 * Results as one HTML file that needs no other: for each rate a table beside its plot. Stateless;
 * any thread.
 */
final class LatencyHtml {
    private static final String HEAD =
            """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>lb bench latency</title>
            <style>
            body { font: 15px/1.45 system-ui, sans-serif; max-width: 80rem; margin: 2rem auto; padding: 0 1rem; }
            section { display: flex; flex-wrap: wrap; gap: 2rem; align-items: flex-start; }
            section > div { flex: 1 1 30rem; overflow-x: auto; }
            svg { flex: 1 1 30rem; max-width: 100%; font: 11px system-ui, sans-serif; }
            table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
            th, td { padding: 0.2rem 0.6rem; text-align: right; border-bottom: 1px solid #ddd; }
            th:first-child, td:first-child { text-align: left; }
            </style>
            </head>
            <body>
            <h1>lb bench latency</h1>
            """;

    private LatencyHtml() {}

    /** Writes the report to a file, whose folder is made if need be. */
    static void write(LatencyResults results, Path file) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.writeString(file, text(results));
    }

    static String text(LatencyResults results) {
        StringBuilder html = new StringBuilder(HEAD);
        html.append(paragraphs(ResultFile.heading() + LatencyReport.conditions(results)));
        html.append(
                paragraphs(
                        "A line further down is better. Where one rises early, the few slow answers start there."));
        Map<String, List<Row>> byRate =
                results.rows().stream()
                        .collect(
                                Collectors.groupingBy(
                                        Row::rate, LinkedHashMap::new, Collectors.toList()));
        byRate.forEach((rate, rows) -> html.append(section(rate, rows)));
        return html.append(paragraphs(results.leftOut())).append("</body>\n</html>\n").toString();
    }

    private static String section(String rate, List<Row> rows) {
        int asked = rows.getFirst().together().rate();
        String title = rate.equals("half") ? "Half of what is possible: " : "";
        return "<h2>%s%,d requests a second</h2>%n<section>%n<div>%n%s</div>%n%s</section>%n"
                .formatted(title, asked, table(rows), PercentilePlot.svg(rows));
    }

    private static String table(List<Row> rows) {
        return "<table>\n"
                + line("th", LatencyReport.columns())
                + rows.stream()
                        .map(row -> line("td", LatencyReport.fields(row)))
                        .collect(Collectors.joining())
                + "</table>\n";
    }

    private static String line(String tag, List<String> fields) {
        return fields.stream()
                .map(field -> "<" + tag + ">" + escaped(field) + "</" + tag + ">")
                .collect(Collectors.joining("", "<tr>", "</tr>\n"));
    }

    private static String paragraphs(String text) {
        return text.lines()
                .map(line -> "<p>" + escaped(line) + "</p>\n")
                .collect(Collectors.joining());
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
