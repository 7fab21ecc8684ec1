package lb.director.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import lb.director.control.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lb version}: of this program; asks no director. */
@Command(
        name = "version",
        description =
                "Prints the versions of lb, of the JDK that runs it and of the kernel. Asks no director.",
        footer = {"", "Example:", "  lb version --json"},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "2:wrong options"})
final class VersionCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this help.")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        String jdk = Runtime.version() + " (" + System.getProperty("java.vendor") + ")";
        String kernel =
                System.getProperty("os.name")
                        + " "
                        + System.getProperty("os.version")
                        + " "
                        + System.getProperty("os.arch");
        if (json) {
            out.println(
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("version", Version.current())
                            .put("jdk", jdk)
                            .put("kernel", kernel)
                            .toPrettyString());
        } else {
            out.println("lb " + Version.current());
            out.println("JDK " + jdk);
            out.println("kernel " + kernel);
        }
        out.flush();
        return ExitCode.OK;
    }
}
