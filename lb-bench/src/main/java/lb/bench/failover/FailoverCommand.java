package lb.bench.failover;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import lb.director.lab.DebianPackages;
import lb.director.lab.LabException;

/** {@code lb bench failover}: measures, prints a table and writes JSON. Stateless. */
public final class FailoverCommand {
    /** Exit code when the arguments are wrong, as of every lb command. */
    private static final int USAGE = 2;

    private FailoverCommand() {}

    /**
     * Runs, and returns the exit code: 0, 1 when something does not work, 2 when the arguments are
     * wrong.
     */
    public static int run(List<String> words, PrintStream out, PrintStream err) {
        try {
            FailoverArguments arguments = FailoverArguments.parse(words);
            if (arguments.help()) {
                out.println(FailoverArguments.USAGE);
                return 0;
            }
            run(arguments, out, err);
            return 0;
        } catch (IllegalArgumentException e) {
            err.println("lb bench failover: " + e.getMessage());
            err.println(FailoverArguments.USAGE);
            return USAGE;
        } catch (LabException | IOException e) {
            err.println("lb bench failover: " + e.getMessage());
            return 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private static void run(FailoverArguments arguments, PrintStream out, PrintStream err)
            throws IOException, InterruptedException {
        if (!"root".equals(System.getProperty("user.name"))) {
            throw new LabException(
                    "builds network namespaces, which only root can: sudo ./lb bench failover");
        }
        DebianPackages.install(err::println);
        Map<FailoverRun.Setting, List<FailoverFigures>> results =
                new FailoverRun(arguments, err::println).run();
        out.print(FailoverReport.text(results));
        Path json = arguments.json();
        if (json != null) {
            FailoverReport.write(results, json);
            out.println("written to " + json);
        }
    }
}
