package lb.director.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import lb.director.control.ControlClient;
import lb.director.control.ControlException;
import lb.director.control.ControlSocket;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The options of every command that asks a running director; a picocli mixin. */
@Command(
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:it did not work; one line on standard error says why",
            "2:wrong options",
            "3:no director answers on the control socket"
        })
public final class ControlOptions {
    @Option(
            names = "--control",
            paramLabel = "PATH",
            description = "The director's socket (default: ${DEFAULT-VALUE}).")
    private Path path = Path.of(ControlSocket.DEFAULT_PATH);

    @Option(names = "--json", description = "Print JSON instead of a table.")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this help.")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    /** As on the command line. */
    public ControlOptions() {}

    ControlOptions(Path path, boolean json) {
        this.path = path;
        this.json = json;
    }

    /** Where the director listens. */
    public Path path() {
        return path;
    }

    /** Whether JSON is wanted. */
    public boolean json() {
        return json;
    }

    /**
     * Asks one thing that needs no rows; prints the answer as JSON if that is wanted, else as
     * {@code table} does.
     */
    <T> int report(String command, Class<T> type, PrintWriter out, Table<T> table)
            throws ControlException {
        try (ControlClient client = ControlClient.connect(path)) {
            JsonNode answer = client.ask(command);
            if (json) {
                out.println(answer.toPrettyString());
            } else {
                table.print(ControlClient.read(answer, type), out);
            }
        }
        out.flush();
        return ExitCode.OK;
    }

    /** How a report looks to the operator. */
    @FunctionalInterface
    interface Table<T> {
        /** Prints it. */
        void print(T report, PrintWriter out);
    }
}
