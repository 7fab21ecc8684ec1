package lb.bench.pps;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import lb.bench.Machine;
import lb.bench.ResultFile;
import lb.bench.pps.PpsResults.Spread;

/** Results as tables in Markdown for people, and as JSON. Stateless; any thread. */
final class PpsReport {
    private PpsReport() {}

    /**
     * Everything, ready for docs/benchmarks.md. A forwarder without CPU time of its own is the
     * kernel's, and works in softirqs.
     */
    static String text(PpsResults results) {
        return conditions(results)
                + "\n"
                + rates(results)
                + "\n"
                + costs(results)
                + "\n"
                + ratios(results)
                + leftOut(results);
    }

    private static String conditions(PpsResults results) {
        PpsArguments arguments = results.arguments();
        Cores cores = results.cores();
        return "%s; %s.%n".formatted(now(), texts(Machine.describe()))
                + "Pattern %s, %,d flows, %s, %s, frames of %s bytes; %d rounds of %d s.%n"
                        .formatted(
                                arguments.pattern(),
                                arguments.flows(),
                                offer(arguments),
                                arguments.topology(),
                                frameBytes(arguments),
                                arguments.rounds(),
                                arguments.seconds())
                + "Core %d: generator and the softirqs that it raises. Core %d: the forwarder's process.%n"
                        .formatted(cores.generator(), cores.forwarder());
    }

    private static String offer(PpsArguments arguments) {
        return arguments.rate() == PpsArguments.FULL_RATE
                ? "as many frames as can be"
                : "%,d frames a second".formatted(arguments.rate());
    }

    private static String frameBytes(PpsArguments arguments) {
        int least = ClientSegment.leastFrameBytes(arguments.ipv6());
        return Arrays.stream(arguments.pattern().frameBytes())
                .map(bytes -> Math.max(least, bytes))
                .distinct()
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(", "));
    }

    private static String texts(Map<String, Object> machine) {
        return machine.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining("; "));
    }

    private static String rates(PpsResults results) {
        StringBuilder table =
                new StringBuilder(
                        """
                        | Forwarder | Forwarded Mpps, median | Least | Most | Offered Mpps | Loss % |
                        |---|--:|--:|--:|--:|--:|
                        """);
        for (String name : results.figures().keySet()) {
            Spread forwarded = results.spread(name, Figures::forwardedMpps);
            table.append(
                    String.format(
                            Locale.ROOT,
                            "| %s | %.3f | %.3f | %.3f | %.3f | %.1f |%n",
                            name,
                            forwarded.median(),
                            forwarded.least(),
                            forwarded.most(),
                            median(results, name, Figures::offeredMpps),
                            median(results, name, Figures::lossPercent)));
        }
        return table.toString();
    }

    private static String costs(PpsResults results) {
        StringBuilder table =
                new StringBuilder(
                        """
                        | Forwarder | CPU s per million: generator | forwarder | Forwarder, %% of a core | Softirq %%, core %d | Softirq %%, core %d | Other load, cores | Stolen %% |
                        |---|--:|--:|--:|--:|--:|--:|--:|
                        """
                                .formatted(
                                        results.cores().generator(), results.cores().forwarder()));
        for (String name : results.figures().keySet()) {
            double forwarder = median(results, name, Figures::forwarderSecondsPerMillion);
            table.append(
                    String.format(
                            Locale.ROOT,
                            "| %s | %.2f | %s | %.1f | %.0f | %.0f | %.2f | %.1f |%n",
                            name,
                            median(results, name, Figures::generatorSecondsPerMillion),
                            forwarder == 0 ? "-" : String.format(Locale.ROOT, "%.2f", forwarder),
                            median(results, name, Figures::forwarderPercent),
                            median(results, name, Figures::generatorCoreSoftirqPercent),
                            median(results, name, Figures::forwarderCoreSoftirqPercent),
                            median(results, name, Figures::otherCores),
                            median(results, name, Figures::stolenPercent)));
        }
        return table.toString();
    }

    private static String ratios(PpsResults results) {
        StringBuilder text = new StringBuilder();
        for (String lb : results.figures().keySet()) {
            if (lb.startsWith("lb-")) {
                String others =
                        results.figures().keySet().stream()
                                .filter(name -> !name.equals(lb))
                                .map(name ->
                                        String.format(
                                                Locale.ROOT,
                                                "%.2f of %s",
                                                results.ratio(lb, name),
                                                name))
                                .collect(Collectors.joining(", "));
                text.append("%s, by median: %s%n".formatted(lb, others));
            }
        }
        return text.toString();
    }

    private static String leftOut(PpsResults results) {
        StringBuilder text = new StringBuilder();
        results.leftOut()
                .forEach((name, why) -> text.append("Left out: %s: %s%n".formatted(name, why)));
        return text.toString();
    }

    private static double median(
            PpsResults results, String name, ToDoubleFunction<Figures> figure) {
        return results.spread(name, figure).median();
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** Writes everything, each round too, to a file whose folder is made if need be. */
    static void write(PpsResults results, Path file) throws IOException {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("kind", "pps");
        root.put("date", now());
        root.put("machine", Machine.describe());
        root.put("arguments", arguments(results.arguments()));
        root.put("cores", results.cores());
        root.put(
                "forwarders",
                results.figures().keySet().stream().map(name -> entry(results, name)).toList());
        root.put("leftOut", results.leftOut());
        ResultFile.write(file, root);
    }

    private static Map<String, Object> arguments(PpsArguments arguments) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("pattern", arguments.pattern().toString());
        map.put("flows", arguments.flows());
        map.put("rate", offer(arguments));
        map.put("topology", arguments.topology());
        map.put("frameBytes", frameBytes(arguments));
        map.put("seconds", arguments.seconds());
        map.put("warmUpSeconds", arguments.warmUpSeconds());
        map.put("rounds", arguments.rounds());
        return map;
    }

    private static Map<String, Object> entry(PpsResults results, String name) {
        List<Figures> rounds = results.figures().getOrDefault(name, List.of());
        Map<String, Double> ratios = new LinkedHashMap<>();
        results.figures().keySet().stream()
                .filter(other -> !other.equals(name))
                .forEach(other -> ratios.put(other, results.ratio(name, other)));
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", name);
        entry.put("forwardedMpps", Spread.of(rounds, Figures::forwardedMpps));
        entry.put("ratioTo", ratios);
        entry.put("rounds", rounds);
        return entry;
    }
}
