package lb.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
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

/**
 * {@code lb bench jmh}: runs the JMH benchmarks, prints a table and writes the results as JSON.
 * Stateless.
 */
public final class JmhCommand {
    /** The JVM of every fork: as in production, and with a heap that no run outgrows. */
    static final List<String> JVM =
            List.of(
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-XX:+UseCompactObjectHeaders",
                    "-Xms4g",
                    "-Xmx4g");

    /** With a table four times as large as need be, and room for the collector. */
    private static final long HEAP_BYTES_PER_CONNECTION = 1000;

    /** Connections that the heap above has room for. */
    private static final long CONNECTIONS_IN_HEAP = 4_000_000;

    /** Exit code when the arguments are wrong, as of every lb command. */
    private static final int USAGE = 2;

    private JmhCommand() {}

    /** Runs with the process's arguments. */
    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments), System.out, System.err));
    }

    /**
     * Runs, and returns the exit code: 0, 1 when a benchmark failed, 2 when the arguments are
     * wrong.
     */
    public static int run(List<String> arguments, PrintStream out, PrintStream err) {
        try {
            JmhArguments parsed = JmhArguments.parse(arguments);
            if (parsed.help()) {
                out.println(JmhArguments.USAGE);
                return 0;
            }
            Collection<RunResult> results = run(parsed);
            out.print(JmhReport.table(results));
            Path file = JmhReport.write(results, arguments, parsed.out());
            out.println("written to " + file);
            return 0;
        } catch (IllegalArgumentException e) {
            err.println("lb bench jmh: " + e.getMessage());
            err.println(JmhArguments.USAGE);
            return USAGE;
        } catch (RunnerException | IOException e) {
            err.println("lb bench jmh: " + e.getMessage());
            return 1;
        }
    }

    /** The user's words come last, and so win. */
    private static List<String> jvm(JmhArguments arguments) {
        long connections =
                arguments.parameters().getOrDefault("connections", List.of()).stream()
                        .filter(text -> text.matches("\\d{1,9}"))
                        .mapToLong(Long::parseLong)
                        .max()
                        .orElse(0);
        List<String> words = new ArrayList<>();
        if (connections > CONNECTIONS_IN_HEAP) {
            long mebibytes = connections * HEAP_BYTES_PER_CONNECTION >> 20;
            words.addAll(List.of("-Xms" + mebibytes + "m", "-Xmx" + mebibytes + "m"));
        }
        words.addAll(arguments.jvm());
        return words;
    }

    private static Collection<RunResult> run(JmhArguments arguments) throws RunnerException {
        ChainedOptionsBuilder options =
                new OptionsBuilder()
                        .include(arguments.pattern())
                        .addProfiler(GCProfiler.class)
                        .shouldFailOnError(true)
                        .jvmArgs(JVM.toArray(String[]::new))
                        .jvmArgsAppend(jvm(arguments).toArray(String[]::new))
                        .verbosity(VerboseMode.NORMAL);
        arguments
                .parameters()
                .forEach((name, values) -> options.param(name, values.toArray(String[]::new)));
        if (arguments.quick()) {
            options.forks(1)
                    .warmupTime(TimeValue.milliseconds(200))
                    .measurementTime(TimeValue.milliseconds(200));
        }
        if (arguments.sample()) {
            options.mode(Mode.SampleTime).warmupTime(TimeValue.seconds(1));
        }
        // Several builds may measure on one machine; each knows that its figures suffer.
        System.setProperty("jmh.ignoreLock", "true");
        try {
            return new Runner(options.build()).run();
        } catch (NoBenchmarksException e) {
            throw new IllegalArgumentException(
                    "no benchmark matches '" + arguments.pattern() + "'", e);
        }
    }
}
