package lb.bench.pps;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import lb.director.lab.LabException;

/** {@code lb bench pps}: measures, prints tables and writes JSON. Stateless. */
public final class PpsCommand {
    /** Exit code when the arguments are wrong, as of every lb command. */
    private static final int USAGE = 2;

    private PpsCommand() {}

    /**
     * Runs, and returns the exit code: 0, 1 when something does not work, 2 when the arguments are
     * wrong.
     */
    public static int run(List<String> words, PrintStream out, PrintStream err) {
        try {
            PpsArguments arguments = PpsArguments.parse(words);
            if (arguments.help()) {
                out.println(PpsArguments.USAGE);
                return 0;
            }
            run(arguments, out, err);
            return 0;
        } catch (IllegalArgumentException e) {
            err.println("lb bench pps: " + e.getMessage());
            err.println(PpsArguments.USAGE);
            return USAGE;
        } catch (LabException | IOException e) {
            err.println("lb bench pps: " + e.getMessage());
            return 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private static void run(PpsArguments arguments, PrintStream out, PrintStream err)
            throws IOException, InterruptedException {
        if (!"root".equals(System.getProperty("user.name"))) {
            throw new LabException(
                    "builds network namespaces, which only root can: sudo ./lb bench pps");
        }
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
    }
}
