package lb.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/**
 * Results of JMH as a table for people and as JSON for {@code lb bench compare}. Stateless; any
 * thread.
 */
final class JmhReport {
    /** What the gc profiler calls the bytes allocated per operation. */
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    /** What the sampling mode adds of its own. */
    private static final Pattern PERCENTILE = Pattern.compile("p[01]\\.\\d+");

    private JmhReport() {}

    /** A table in Markdown, ready for docs/benchmarks.md. */
    static String table(Collection<RunResult> results) {
        StringBuilder table = new StringBuilder();
        table.append(
                "| Benchmark | Parameters | Median | Least | Most | Unit | B/frame | Other |\n");
        table.append("|---|---|--:|--:|--:|---|--:|---|\n");
        for (RunResult result : results) {
            Statistics statistics = result.getPrimaryResult().getStatistics();
            table.append(
                    String.format(
                            Locale.ROOT,
                            "| %s | %s | %.1f | %.1f | %.1f | %s | %s | %s |%n",
                            name(result),
                            String.join(" ", texts(parameters(result))),
                            statistics.getPercentile(50),
                            statistics.getMin(),
                            statistics.getMax(),
                            result.getPrimaryResult().getScoreUnit(),
                            result.getSecondaryResults().containsKey(ALLOCATED)
                                            && isPerFrame(result)
                                    ? String.format(Locale.ROOT, "%.1f", bytesPerFrame(result))
                                    : "",
                            String.join(" ", texts(others(result)))));
        }
        return table.toString();
    }

    private static List<String> texts(Map<String, ?> values) {
        List<String> texts = new ArrayList<>();
        values.forEach((name, value) ->
                texts.add(
                        name
                                + "="
                                + (value instanceof Double number ? Math.round(number) : value)));
        return texts;
    }

    /** Bytes allocated per frame. */
    static double bytesPerFrame(RunResult result) {
        Result<?> allocated = result.getSecondaryResults().get(ALLOCATED);
        if (allocated == null) {
            throw new IllegalArgumentException(name(result) + " ran without the gc profiler");
        }
        return allocated.getScore();
    }

    private static boolean isPerFrame(RunResult result) {
        return result.getPrimaryResult().getScoreUnit().equals("ns/op");
    }

    /** Class and method, without the package. */
    static String name(RunResult result) {
        String[] parts = result.getParams().getBenchmark().split("\\.");
        return parts[parts.length - 2] + "." + parts[parts.length - 1];
    }

    private static Map<String, String> parameters(RunResult result) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String key : result.getParams().getParamsKeys()) {
            parameters.put(key, result.getParams().getParam(key));
        }
        return parameters;
    }

    /** What a benchmark counts besides time and garbage. */
    private static Map<String, Double> others(RunResult result) {
        Map<String, Double> others = new LinkedHashMap<>();
        result.getSecondaryResults()
                .forEach((label, value) -> {
                    if (!label.startsWith("gc.") && !PERCENTILE.matcher(label).matches()) {
                        others.put(label, value.getScore());
                    }
                });
        return others;
    }

    /** Writes everything to a file, whose folder is made if need be; returns it. */
    static Path write(Collection<RunResult> results, List<String> arguments, Path file)
            throws IOException {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("kind", "jmh");
        root.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        root.put("machine", Machine.describe());
        root.put("arguments", arguments);
        root.put("results", results.stream().map(JmhReport::entry).toList());
        ResultFile.write(file, root);
        return file;
    }

    private static Map<String, Object> entry(RunResult result) {
        Statistics statistics = result.getPrimaryResult().getStatistics();
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("benchmark", name(result));
        entry.put("parameters", parameters(result));
        entry.put("unit", result.getPrimaryResult().getScoreUnit());
        entry.put("median", rounded(statistics.getPercentile(50)));
        if (statistics.getN() > 1) {
            entry.put("lowerQuartile", rounded(statistics.getPercentile(25)));
            entry.put("upperQuartile", rounded(statistics.getPercentile(75)));
        }
        entry.put("least", rounded(statistics.getMin()));
        entry.put("most", rounded(statistics.getMax()));
        entry.put("iterations", statistics.getN());
        entry.put("forks", result.getParams().getForks());
        if (result.getSecondaryResults().containsKey(ALLOCATED)) {
            entry.put("bytesPerOperation", rounded(bytesPerFrame(result)));
        }
        others(result).forEach((label, value) -> entry.put(label, rounded(value)));
        return entry;
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
