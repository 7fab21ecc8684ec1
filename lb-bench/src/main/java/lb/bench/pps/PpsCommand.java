package lb.bench.pps;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import lb.bench.Ending;

/** {@code lb bench pps}: measures, prints tables and writes JSON. Stateless. */
public final class PpsCommand {
    private static final String NAME = "lb bench pps";

    private PpsCommand() {}

    /**
     * Runs, and returns the exit code: 0, 1 when something does not work, 2 when the arguments are
     * wrong.
     */
    public static int run(List<String> words, PrintStream out, PrintStream err) {
        return Ending.of(
                NAME, PpsArguments.USAGE, err, () -> run(PpsArguments.parse(words), out, err));
    }

    private static int run(PpsArguments arguments, PrintStream out, PrintStream err)
            throws IOException, InterruptedException {
        if (arguments.help()) {
            out.println(PpsArguments.USAGE);
            return 0;
        }
        Ending.requireRoot(NAME);
        if (arguments.install() && !Programs.install(Forwarders.PACKAGES)) {
            err.println(
                    "lb bench pps: apt-get could not install "
                            + String.join(" ", Forwarders.PACKAGES)
                            + "; going on without");
        }
        PpsResults results = new PpsRun(arguments, Cores.choose(), err::println).run();
        out.print(PpsReport.text(results));
        Path json = arguments.json();
        if (json != null) {
            PpsReport.write(results, json);
            out.println("written to " + json);
        }
        return 0;
    }
}
