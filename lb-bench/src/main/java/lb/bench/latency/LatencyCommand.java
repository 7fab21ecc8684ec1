package lb.bench.latency;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import lb.bench.Ending;
import lb.bench.pps.Cores;

/** {@code lb bench latency}: measures, prints a table, writes JSON and HTML. Stateless. */
public final class LatencyCommand {
    private static final String NAME = "lb bench latency";

    private LatencyCommand() {}

    /**
     * Runs, and returns the exit code: 0, 1 when something does not work, 2 when the arguments are
     * wrong.
     */
    public static int run(List<String> words, PrintStream out, PrintStream err) {
        return Ending.of(
                NAME,
                LatencyArguments.USAGE,
                err,
                () -> run(LatencyArguments.parse(words), out, err));
    }

    private static int run(LatencyArguments arguments, PrintStream out, PrintStream err)
            throws IOException, InterruptedException {
        if (arguments.options().help()) {
            out.println(LatencyArguments.USAGE);
            return 0;
        }
        Ending.requireRoot(NAME);
        LatencyResults results = new LatencyRun(arguments, Cores.choose(), err::println).run();
        out.print(LatencyReport.text(results));
        Path json = arguments.options().json();
        if (json != null) {
            LatencyReport.write(results, json);
            out.println("written to " + json);
        }
        Path html = arguments.html();
        if (html != null) {
            LatencyHtml.write(results, html);
            out.println("report in " + html);
        }
        return 0;
    }
}
