package lb.director.cli;

import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import lb.director.control.ControlException;
import lb.director.control.NeighbourReport;
import lb.director.control.NeighboursReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code lb neighbours}: where the real servers are on layer 2. */
@Command(
        name = "neighbours",
        description = {
            "Shows the MAC address of each real server, and the interface that leads to it.",
            "A real server without one gets no frames: they end as NEIGHBOUR_UNRESOLVED."
        },
        footer = {
            "",
            "Example: real servers that cannot be reached",
            "  lb neighbours | awk '$4 == \"-\"'"
        })
final class NeighboursCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin private ControlOptions control = new ControlOptions();

    @Override
    public Integer call() throws ControlException {
        return control.report(
                "neighbours",
                NeighboursReport.class,
                spec.commandLine().getOut(),
                NeighboursCommand::print);
    }

    private static void print(NeighboursReport report, PrintWriter out) {
        TextTable table = new TextTable("RealServer", "Interface", "NextHop", "MAC", "State");
        for (NeighbourReport neighbour : report.neighbours()) {
            table.row(
                    neighbour.realServer(),
                    Objects.requireNonNullElse(neighbour.interfaceName(), "-"),
                    Objects.requireNonNullElse(neighbour.nextHop(), "-"),
                    Objects.requireNonNullElse(neighbour.mac(), "-"),
                    neighbour.state());
        }
        table.print(out);
    }
}
