package lb.director.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import lb.director.control.ConnectionReport;
import lb.director.control.ControlClient;
import lb.director.control.ControlException;

/** Connections in the columns of {@code ipvsadm -Lnc}, as they come. Stateless; any thread. */
final class ConnectionListing {
    private ConnectionListing() {}

    /**
     * Prints the connections that a request asks for; ends quietly when nobody reads them any more.
     *
     * @param title the line above the columns
     * @param arguments of the request
     */
    static void print(
            ControlOptions control, Map<String, ?> arguments, String title, PrintWriter out)
            throws ControlException {
        try (ControlClient client = ControlClient.connect(control.path())) {
            if (control.json()) {
                printJson(client, arguments, out);
            } else {
                printTable(client, arguments, title, out);
            }
        } catch (OutputClosedException e) {
            // "lb connections | head" has seen enough.
            return;
        } catch (UnreadableRowException e) {
            throw e.cause;
        }
        out.flush();
    }

    private static void printTable(
            ControlClient client, Map<String, ?> arguments, String title, PrintWriter out)
            throws ControlException {
        out.println(title);
        out.printf(
                Locale.ROOT,
                "pro expire %-11s %-18s %-18s %s%n",
                "state",
                "source",
                "virtual",
                "destination");
        var _ = client.ask("connections", arguments, toOutput(out, ConnectionListing::line));
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
    private static void printJson(ControlClient client, Map<String, ?> arguments, PrintWriter out)
            throws ControlException {
        String[] separator = {"\n"};
        out.print("{\"connections\":[");
        JsonNode result =
                client.ask(
                        "connections",
                        arguments,
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
