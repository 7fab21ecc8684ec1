package lb.director.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import lb.director.control.ConnectionReport;
import lb.director.control.ControlClient;
import lb.director.control.ControlException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code lb connections}: the columns are those of {@code ipvsadm -Lnc}. Prints rows as they come,
 * however many.
 */
@Command(
        name = "connections",
        description = {
            "Lists the connections and persistence templates, in the columns of ipvsadm -Lnc.",
            "A template has the state NONE, and port 0 as its source."
        },
        footer = {
            "",
            "Example: open connections by real server",
            "  lb connections | awk '$3 == \"ESTABLISHED\" {n[$6]++} END {for (s in n) print n[s], s}'"
        })
final class ConnectionsCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin private ControlOptions control = new ControlOptions();

    @Override
    public Integer call() throws ControlException {
        PrintWriter out = spec.commandLine().getOut();
        try (ControlClient client = ControlClient.connect(control.path())) {
            if (control.json()) {
                printJson(client, out);
            } else {
                printTable(client, out);
            }
        } catch (OutputClosedException e) {
            // "lb connections | head" has seen enough.
            return ExitCode.OK;
        } catch (UnreadableRowException e) {
            throw e.cause;
        }
        out.flush();
        return ExitCode.OK;
    }

    private static void printTable(ControlClient client, PrintWriter out) throws ControlException {
        out.println("lb connection entries");
        out.printf(
                Locale.ROOT,
                "pro expire %-11s %-18s %-18s %s%n",
                "state",
                "source",
                "virtual",
                "destination");
        var _ = client.ask("connections", Map.of(), toOutput(out, ConnectionsCommand::line));
    }

    private static String line(JsonNode row) {
        ConnectionReport connection;
        try {
            connection = ControlClient.read(row, ConnectionReport.class);
        } catch (ControlException e) {
            throw new UnreadableRowException(e);
        }
        return String.format(
                Locale.ROOT,
                "%-3s %-6s %-11s %-18s %-18s %s%n",
                connection.protocol(),
                expire(connection.expiresSeconds()),
                connection.state(),
                Endpoint.text(connection.sourceAddress(), connection.sourcePort()),
                Endpoint.text(connection.virtualAddress(), connection.virtualPort()),
                Endpoint.text(connection.destinationAddress(), connection.destinationPort()));
    }

    private static String expire(long seconds) {
        return String.format(Locale.ROOT, "%02d:%02d", seconds / 60, seconds % 60);
    }

    /** One document, written as it comes. */
    private static void printJson(ControlClient client, PrintWriter out) throws ControlException {
        String[] separator = {"\n"};
        out.print("{\"connections\":[");
        JsonNode result =
                client.ask(
                        "connections",
                        Map.of(),
                        toOutput(
                                out,
                                row -> {
                                    String text = separator[0] + row;
                                    separator[0] = ",\n";
                                    return text;
                                }));
        out.println("\n],\"rows\":" + result.path("rows") + "}");
    }

    /** Prints a piece at a time; stops the listing when nobody reads the output any more. */
    private static Consumer<List<JsonNode>> toOutput(PrintWriter out, RowText text) {
        return rows -> {
            StringBuilder lines = new StringBuilder();
            for (JsonNode row : rows) {
                lines.append(text.of(row));
            }
            out.append(lines);
            if (out.checkError()) {
                throw new OutputClosedException();
            }
        };
    }

    @FunctionalInterface
    private interface RowText {
        String of(JsonNode row);
    }

    private static final class OutputClosedException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private static final class UnreadableRowException extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final ControlException cause;

        UnreadableRowException(ControlException cause) {
            super(cause);
            this.cause = cause;
        }
    }
}
