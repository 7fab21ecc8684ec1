package lb.director.control;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.Supplier;

/** The commands that only look. Stateless; any thread. */
public final class ControlCommands {
    private ControlCommands() {}

    /**
     * {@code services}, {@code connections}, {@code stats}, {@code neighbours}, {@code vrrp} and
     * {@code status} of this director.
     */
    public static List<ControlCommand> of(DirectorView view) {
        return List.of(
                new Report("services", () -> ServicesReport.of(view)),
                new Connections(view),
                new Report("stats", () -> StatsReport.of(view)),
                new Report("neighbours", () -> new NeighboursReport(view.neighbours())),
                new Report("vrrp", view::vrrp),
                new Report("status", view::status));
    }

    /** A command whose answer is one object. */
    private record Report(String name, Supplier<Object> report) implements ControlCommand {
        @Override
        public void run(JsonNode request, ResultWriter out) {
            out.result(report.get());
        }
    }

    /** A row for each connection; there may be a million. */
    private record Connections(DirectorView view) implements ControlCommand {
        @Override
        public String name() {
            return "connections";
        }

        @Override
        public void run(JsonNode request, ResultWriter out) throws ControlException {
            ConnectionFilter filter = ConnectionFilter.of(request, view.services());
            long[] rows = {0};
            view.connections()
                    .forEach((connection, nanosLeft) -> {
                        if (rows[0] == filter.limit() || !filter.shows(connection)) {
                            return;
                        }
                        out.row(ConnectionReport.of(connection, nanosLeft));
                        rows[0]++;
                    });
            out.result(new ConnectionsReport(rows[0]));
        }
    }
}
