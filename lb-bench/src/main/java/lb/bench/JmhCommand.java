package lb.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import lb.bench.pps.JavaProgram;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lb bench jmh}: runs the JMH benchmarks, prints a table and writes the results as JSON. */
@Command(
        name = "jmh",
        sortOptions = false,
        description = "Time and garbage of each step of the frame path.")
public final class JmhCommand implements Callable<Integer> {
    /** The JVM of every fork: as in production, and with a heap that no run outgrows. */
    static final List<String> JVM =
            Stream.concat(JavaProgram.OPTIONS.stream(), Stream.of("-Xms4g", "-Xmx4g")).toList();

    /** With a table four times as large as need be, and room for the collector. */
    private static final long HEAP_BYTES_PER_CONNECTION = 1000;

    /** Connections that the heap above has room for. */
    private static final long CONNECTIONS_IN_HEAP = 4_000_000;

    @Option(
            names = "--quick",
            description = "One short fork of each: to see that it runs, not how fast.")
    private boolean quick;

    @Option(
            names = "--sample",
            description =
                    "Times each batch, after a longer warm-up: the median stands up to other work on the machine.")
    private boolean sample;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "The JSON file for the results (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("lb-bench", "results", "local", "jmh.json");

    @Option(
            names = "-p",
            paramLabel = "NAME=VALUE[,VALUE…]",
            description = "Values of a benchmark's parameter, such as connections=10000000.")
    private Map<String, String> parameters = new LinkedHashMap<>();

    @Option(
            names = "--jvm",
            paramLabel = "WORD",
            description = "A further word for the JVM of the forks, such as -XX:+UseParallelGC.")
    private List<String> jvm = List.of();

    @Parameters(
            arity = "0..1",
            paramLabel = "PATTERN",
            description = "Regular expression that the benchmark's name contains (all).")
    private Pattern pattern = Pattern.compile(".*");

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Collection<RunResult> results;
        try {
            results = measure();
        } catch (NoBenchmarksException e) {
            throw new ParameterException(
                    spec.commandLine(), "no benchmark matches '" + pattern + "'", e);
        } catch (RunnerException e) {
            throw new IOException(e.getMessage(), e);
        }
        PrintWriter printed = spec.commandLine().getOut();
        printed.print(JmhReport.table(results));
        printed.println("written to " + JmhReport.write(results, words(), out));
        return 0;
    }

    /** Its words of the command line. */
    private List<String> words() {
        List<String> all = spec.root().commandLine().getParseResult().originalArgs();
        return all.subList(all.indexOf(spec.name()) + 1, all.size());
    }

    /** The user's words come last, and so win. */
    private List<String> furtherJvm() {
        long connections =
                Arrays.stream(values(parameters.getOrDefault("connections", "")))
                        .filter(text -> text.matches("\\d{1,9}"))
                        .mapToLong(Long::parseLong)
                        .max()
                        .orElse(0);
        List<String> words = new ArrayList<>();
        if (connections > CONNECTIONS_IN_HEAP) {
            long mebibytes = connections * HEAP_BYTES_PER_CONNECTION >> 20;
            words.addAll(List.of("-Xms" + mebibytes + "m", "-Xmx" + mebibytes + "m"));
        }
        words.addAll(jvm);
        return words;
    }

    private static String[] values(String text) {
        return text.split(",");
    }

    private void setParameter(ChainedOptionsBuilder options, String name, String text) {
        if (text.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "-p " + name + " needs a value");
        }
        options.param(name, values(text));
    }

    private Collection<RunResult> measure() throws RunnerException {
        ChainedOptionsBuilder options =
                new OptionsBuilder()
                        .include(pattern.pattern())
                        .addProfiler(GCProfiler.class)
                        .shouldFailOnError(true)
                        .jvmArgs(JVM.toArray(String[]::new))
                        .jvmArgsAppend(furtherJvm().toArray(String[]::new))
                        .verbosity(VerboseMode.NORMAL);
        parameters.forEach((name, text) -> setParameter(options, name, text));
        if (quick) {
            options.forks(1)
                    .warmupTime(TimeValue.milliseconds(200))
                    .measurementTime(TimeValue.milliseconds(200));
        }
        if (sample) {
            options.mode(Mode.SampleTime).warmupTime(TimeValue.seconds(1));
        }
        // Several builds may measure on one machine; each knows that its figures suffer.
        System.setProperty("jmh.ignoreLock", "true");
        return new Runner(options.build()).run();
    }
}
