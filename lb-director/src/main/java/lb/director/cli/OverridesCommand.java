package lb.director.cli;

import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import lb.director.control.Change;
import lb.director.control.ControlException;
import lb.director.control.OverrideReport;
import lb.director.control.OverridesReport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lb overrides}: what commands changed. */
@Command(
        name = "overrides",
        description = {
            "Lists what differs from the configuration because of commands (lb drain, weight, add, remove, ipvsadm).",
            "Overrides last over a reload until they are cleared; a restart forgets them."
        },
        footer = {
            "",
            "Example: the configuration counts again, everywhere",
            "  lb overrides clear"
        },
        subcommands = OverridesCommand.Clear.class)
final class OverridesCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin private ControlOptions control = new ControlOptions();

    @Override
    public Integer call() throws ControlException {
        return control.report(
                "overrides",
                OverridesReport.class,
                spec.commandLine().getOut(),
                OverridesCommand::print);
    }

    private static void print(OverridesReport report, PrintWriter out) {
        TextTable table = new TextTable("Service", "RealServer", "Override", "Deadline");
        for (OverrideReport one : report.overrides()) {
            Long left = one.secondsLeft();
            table.row(
                    Objects.requireNonNullElse(one.service(), "-"),
                    Objects.requireNonNullElse(one.realServer(), "-"),
                    one.override(),
                    left == null ? "-" : "in " + left + " s");
        }
        table.print(out);
    }

    /** {@code lb overrides clear}. */
    @Command(
            name = "clear",
            description = {
                "Lets the configuration count again: everywhere, for one service, or for one real server.",
                "What was added goes, at once; what was removed comes back."
            },
            footer = {"", "Example:", "  lb overrides clear 10.0.205.100:80 10.0.205.2"})
    static final class Clear implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // set by picocli
        private CommandSpec spec;

        @Parameters(
                index = "0",
                arity = "0..1",
                paramLabel = "SERVICE",
                description = "VIP[:PORT], with tcp: or udp: before it where both have that port.")
        private @Nullable String service;

        @Parameters(
                index = "1",
                arity = "0..1",
                paramLabel = "REAL",
                description = "The real server's address.")
        private @Nullable String realServer;

        @Mixin private ControlOptions control = new ControlOptions();

        @Override
        public Integer call() throws ControlException {
            return ChangeRequest.send(
                    control, spec, new Change.ClearOverrides(service, realServer));
        }
    }
}
