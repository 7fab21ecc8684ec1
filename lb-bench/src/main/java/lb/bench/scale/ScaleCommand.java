package lb.bench.scale;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import lb.bench.Measure;
import lb.bench.ResultFile;
import lb.bench.Within;
import lb.bench.jmh.ScaleProgram;
import lb.bench.pps.JavaProgram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lb bench scale}: runs each size in a JVM of its own, prints a table and writes JSON. */
@Command(
        name = "scale",
        sortOptions = false,
        description = "Time per frame and heap by services, real servers and connections.",
        footer = {
            "",
            "With any of the first three: every combination, 10 services, 10 real servers and 100000"
                    + " connections where nothing is said. Without: each of the three from least to most"
                    + " beside these, and the most of all. No network is used, and no root is needed."
        })
public final class ScaleCommand implements Callable<Integer> {
    private static final int SERVICES_MAX = 1000;
    private static final int REAL_SERVERS_MAX = 1000;
    private static final int CONNECTIONS_MAX = 10_000_000;
    private static final int SECONDS_MAX = 60;
    private static final int SAMPLES_MAX = 100;
    private static final Path MEMORY = Path.of("/proc/meminfo");
    private static final int KIB = 1024;

    @Within(most = SERVICES_MAX)
    @Option(
            names = "--services",
            paramLabel = "N",
            split = ",",
            description = "Virtual services, 1 to 1000.")
    private List<Integer> services = List.of();

    @Within(most = REAL_SERVERS_MAX)
    @Option(
            names = "--real-servers",
            paramLabel = "N",
            split = ",",
            description = "Of each service, 1 to 1000.")
    private List<Integer> realServers = List.of();

    @Within(least = 1000, most = CONNECTIONS_MAX)
    @Option(
            names = "--connections",
            paramLabel = "N",
            split = ",",
            description = "Of all services together, 1000 to 10 million.")
    private List<Integer> connections = List.of();

    @Within(most = SAMPLES_MAX)
    @Option(
            names = "--samples",
            paramLabel = "N",
            description = "Of each size, 1 to 100 (default: ${DEFAULT-VALUE}).")
    private int samples = 5;

    @Within(most = SECONDS_MAX)
    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "Of each sample, 1 to 60 (default: ${DEFAULT-VALUE}).")
    private int seconds = 1;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Writes everything that was measured to FILE.")
    private @Nullable Path json;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private List<Scale> scales() {
        if (services.isEmpty() && realServers.isEmpty() && connections.isEmpty()) {
            return Scale.sweep();
        }
        Scale usual = Scale.usual();
        return Scale.product(
                orUsual(services, usual.services()),
                orUsual(realServers, usual.realServers()),
                orUsual(connections, usual.connections()));
    }

    private static List<Integer> orUsual(List<Integer> said, int usual) {
        return said.isEmpty() ? List.of(usual) : said.stream().distinct().toList();
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        List<Measure> measures = new ArrayList<>();
        StringBuilder leftOut = new StringBuilder();
        long memory = availableBytes();
        for (Scale scale : scales()) {
            if (scale.heapBytes() > memory) {
                leftOut.append(
                        "Left out: %s: needs a heap of %,d MB, and this machine has %,d MB to spare%n"
                                .formatted(scale, scale.heapBytes() >> 20, memory >> 20));
            } else {
                spec.commandLine().getErr().println(scale);
                measures.addAll(measure(scale));
            }
        }
        out.print(text(measures) + leftOut);
        if (json != null && !measures.isEmpty()) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("samples", samples);
            entry.put("seconds", seconds);
            ResultFile.write(json, "scale", entry, measures, Map.of());
            out.println("written to " + json);
        }
        return measures.isEmpty() ? 1 : 0;
    }

    private String text(List<Measure> measures) {
        return ResultFile.heading()
                + "Established frames of 60 bytes through the whole director under mh, each of any connection; %d samples of %d s.%n%n"
                        .formatted(samples, seconds)
                + Measure.table(measures)
                + "\n";
    }

    private static long availableBytes() throws IOException {
        try (var lines = Files.lines(MEMORY)) {
            return lines.filter(line -> line.startsWith("MemAvailable:"))
                    .mapToLong(line -> Long.parseLong(line.split("\\s+")[1]) * KIB)
                    .findFirst()
                    .orElseThrow(() -> new IOException(MEMORY + " has no MemAvailable"));
        }
    }

    private List<Measure> measure(Scale scale) throws IOException, InterruptedException {
        String heap = (scale.heapBytes() >> 20) + "m";
        List<String> command =
                JavaProgram.command(
                        ScaleProgram.class.getName(),
                        List.of("-Xms" + heap, "-Xmx" + heap),
                        List.of(
                                Integer.toString(scale.services()),
                                Integer.toString(scale.realServers()),
                                Integer.toString(scale.connections()),
                                Integer.toString(samples),
                                Integer.toString(seconds)));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        Thread atExit = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(atExit);
        String output;
        int exitCode;
        try {
            output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            exitCode = process.waitFor();
        } finally {
            process.destroyForcibly();
        }
        Runtime.getRuntime().removeShutdownHook(atExit);
        if (exitCode != 0) {
            throw new IOException(scale + " ended with " + exitCode + ":\n" + output.strip());
        }
        return List.of(
                new Measure(scale + ", frame", "ns", false, figures(output, ScaleProgram.NANOS)),
                new Measure(
                        scale + ", heap for each connection",
                        "B",
                        false,
                        figures(output, ScaleProgram.BYTES)));
    }

    private static List<Double> figures(String output, String title) throws IOException {
        return output.lines()
                .filter(line -> line.startsWith(title))
                .findFirst()
                .map(line ->
                        Arrays.stream(line.substring(title.length()).split(" "))
                                .map(Double::valueOf)
                                .toList())
                .orElseThrow(() -> new IOException("no '" + title + "' in:\n" + output));
    }
}
