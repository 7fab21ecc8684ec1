package lb.bench.latency;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import lb.bench.Root;
import lb.bench.network.PathOptions;
import lb.bench.network.TrafficPath;
import lb.bench.pps.Cores;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lb bench latency}: measures, prints a table, writes JSON and HTML. */
@Command(
        name = "latency",
        description = "How long requests take through lb, beside nftables and the direct path.")
public final class LatencyCommand implements Callable<Integer> {
    /** By then the compilers of a young JVM, which hold frames up, have little left to do. */
    private static final int WARM_UP_SECONDS = 30;

    @Option(
            names = "--rates",
            paramLabel = "R",
            split = ",",
            converter = LatencyArguments.Rate.class,
            description =
                    "Requests a second, 1 to 1000000, or \"half\" of the most that the slowest path answers"
                            + " (100,10000,half).")
    private List<Integer> rates = List.of(100, 10_000, LatencyArguments.HALF);

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Writes a report with percentile plots to FILE.")
    private @Nullable Path html;

    @Mixin
    private PathOptions options = new PathOptions(5, WARM_UP_SECONDS, TrafficPath.OF_SMALL_FRAMES);

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Root.require(spec);
        PrintWriter out = spec.commandLine().getOut();
        LatencyArguments arguments =
                new LatencyArguments(options, rates.stream().distinct().toList());
        LatencyResults results =
                new LatencyRun(arguments, Cores.choose(), spec.commandLine().getErr()::println)
                        .run();
        out.print(LatencyReport.text(results));
        Path json = options.json();
        if (json != null) {
            LatencyReport.write(results, json);
            out.println("written to " + json);
        }
        if (html != null) {
            LatencyHtml.write(results, html);
            out.println("report in " + html);
        }
        return 0;
    }
}
