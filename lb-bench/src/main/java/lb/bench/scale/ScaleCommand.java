package lb.bench.scale;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lb.bench.Ending;
import lb.bench.Measure;
import lb.bench.ResultFile;
import lb.bench.Words;
import lb.bench.jmh.ScaleProgram;
import lb.bench.pps.JavaProgram;
import org.jspecify.annotations.Nullable;

/**
 * {@code lb bench scale}: runs each size in a JVM of its own, prints a table and writes JSON.
 * Stateless.
 */
public final class ScaleCommand {
    private static final String NAME = "lb bench scale";
    private static final int SERVICES_MAX = 1000;
    private static final int REAL_SERVERS_MAX = 1000;
    private static final int CONNECTIONS_MAX = 10_000_000;
    private static final int SECONDS_MAX = 60;
    private static final int SAMPLES_MAX = 100;
    private static final Path MEMORY = Path.of("/proc/meminfo");
    private static final int KIB = 1024;

    private static final String USAGE =
            """
            usage: lb bench scale [--services N,…] [--real-servers N,…] [--connections N,…]
                                  [--samples N] [--seconds N] [--json FILE]
              --services N,…     virtual services, 1 to 1000
              --real-servers N,… of each service, 1 to 1000
              --connections N,…  of all services together, 1000 to 10 million
              --samples N        1 to 100 (5)
              --seconds N        of each sample, 1 to 60 (1)
              --json FILE        writes everything that was measured to FILE
            With any of the first three: every combination, 10 services, 10 real servers and 100000 connections where
            nothing is said. Without: each of the three from least to most beside these, and the most of all.
            No network is used, and no root is needed.\
            """;

    private ScaleCommand() {}

    /** What is asked for. Immutable; any thread. */
    private record Arguments(
            List<Scale> scales, int samples, int seconds, @Nullable Path json, boolean help) {
        static Arguments parse(List<String> line) {
            List<Integer> services = List.of();
            List<Integer> realServers = List.of();
            List<Integer> connections = List.of();
            int samples = 5;
            int seconds = 1;
            Path json = null;
            boolean help = false;
            for (Words words = new Words(line); words.hasNext(); ) {
                String word = words.next();
                switch (word) {
                    case "--services" -> services = words.numbers(word, 1, SERVICES_MAX);
                    case "--real-servers" -> realServers = words.numbers(word, 1, REAL_SERVERS_MAX);
                    case "--connections" ->
                            connections = words.numbers(word, 1000, CONNECTIONS_MAX);
                    case "--samples" -> samples = words.number(word, 1, SAMPLES_MAX);
                    case "--seconds" -> seconds = words.number(word, 1, SECONDS_MAX);
                    case "--json" -> json = Path.of(words.value(word));
                    case "-h", "--help" -> help = true;
                    default -> throw Words.unknown(word);
                }
            }
            return new Arguments(
                    scales(services, realServers, connections), samples, seconds, json, help);
        }

        private static List<Scale> scales(
                List<Integer> services, List<Integer> realServers, List<Integer> connections) {
            if (services.isEmpty() && realServers.isEmpty() && connections.isEmpty()) {
                return Scale.sweep();
            }
            Scale usual = Scale.usual();
            return Scale.product(
                    services.isEmpty() ? List.of(usual.services()) : services,
                    realServers.isEmpty() ? List.of(usual.realServers()) : realServers,
                    connections.isEmpty() ? List.of(usual.connections()) : connections);
        }
    }

    /**
     * Runs, and returns the exit code: 0, 1 when something does not work, 2 when the arguments are
     * wrong.
     */
    public static int run(List<String> words, PrintStream out, PrintStream err) {
        return Ending.of(NAME, USAGE, err, () -> run(Arguments.parse(words), out, err));
    }

    private static int run(Arguments arguments, PrintStream out, PrintStream err)
            throws IOException, InterruptedException {
        if (arguments.help()) {
            out.println(USAGE);
            return 0;
        }
        List<Measure> measures = new ArrayList<>();
        StringBuilder leftOut = new StringBuilder();
        long memory = availableBytes();
        for (Scale scale : arguments.scales()) {
            if (scale.heapBytes() > memory) {
                leftOut.append(
                        "Left out: %s: needs a heap of %,d MB, and this machine has %,d MB to spare%n"
                                .formatted(scale, scale.heapBytes() >> 20, memory >> 20));
            } else {
                err.println(scale);
                measures.addAll(measure(scale, arguments));
            }
        }
        out.print(text(arguments, measures) + leftOut);
        Path json = arguments.json();
        if (json != null && !measures.isEmpty()) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("samples", arguments.samples());
            entry.put("seconds", arguments.seconds());
            ResultFile.write(json, "scale", entry, measures, Map.of());
            out.println("written to " + json);
        }
        return measures.isEmpty() ? 1 : 0;
    }

    private static String text(Arguments arguments, List<Measure> measures) {
        return ResultFile.heading()
                + "Established frames of 60 bytes through the whole director under mh, each of any connection; %d samples of %d s.%n%n"
                        .formatted(arguments.samples(), arguments.seconds())
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

    private static List<Measure> measure(Scale scale, Arguments arguments)
            throws IOException, InterruptedException {
        String heap = (scale.heapBytes() >> 20) + "m";
        List<String> command =
                JavaProgram.command(
                        ScaleProgram.class.getName(),
                        List.of("-Xms" + heap, "-Xmx" + heap),
                        List.of(
                                Integer.toString(scale.services()),
                                Integer.toString(scale.realServers()),
                                Integer.toString(scale.connections()),
                                Integer.toString(arguments.samples()),
                                Integer.toString(arguments.seconds())));
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
