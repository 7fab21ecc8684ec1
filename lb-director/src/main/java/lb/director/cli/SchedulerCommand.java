package lb.director.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import lb.director.control.ChangeReport;
import lb.director.control.ControlClient;
import lb.director.control.ControlException;
import lb.director.control.DryRunReport;
import lb.director.control.SchedulersReport;
import lb.director.control.SchedulersReport.SchedulerReport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lb scheduler}: lists the schedulers, and swaps that of a live service. */
@Command(
        name = "scheduler",
        description = "Lists the schedulers, compares them, and swaps that of a live service.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Example: what would mh move in a live service?",
            "  lb scheduler set 10.0.205.100:80 mh --dry-run"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:it did not work; one line on standard error says why",
            "2:wrong options",
            "3:no director answers on the control socket"
        },
        subcommands = {SchedulerCommand.Show.class, SchedulerCommand.Swap.class})
final class SchedulerCommand {
    /** {@code lb scheduler list}. */
    @Command(
            name = "list",
            description = {
                "Lists the schedulers there are: built in, and out of jars in the plug-in folder,",
                "which is looked through again each time."
            },
            footer = {"", "Example: which jars are not used, and why?  lb scheduler list --json"})
    static final class Show implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // set by picocli
        private CommandSpec spec;

        @Mixin private ControlOptions control = new ControlOptions();

        @Override
        public Integer call() throws ControlException {
            PrintWriter out = spec.commandLine().getOut();
            return control.report("schedulers", SchedulersReport.class, out, Show::print);
        }

        private static void print(SchedulersReport report, PrintWriter out) {
            TextTable table =
                    new TextTable("Name", "Origin", "Version", "Computable", "Services", "Flags");
            for (SchedulerReport scheduler : report.schedulers()) {
                table.row(
                        scheduler.name(),
                        scheduler.origin(),
                        scheduler.version().isEmpty() ? "-" : scheduler.version(),
                        scheduler.computable() ? "yes" : "no",
                        scheduler.services().size(),
                        scheduler.flags());
            }
            table.print(out);
            for (SchedulerReport scheduler : report.schedulers()) {
                scheduler
                        .faults()
                        .forEach(fault -> out.println(scheduler.name() + " failed in " + fault));
            }
            report.problems()
                    .forEach(problem ->
                            out.println("not used: " + problem.path() + ": " + problem.reason()));
        }
    }

    /** {@code lb scheduler set}. */
    @Command(
            name = "set",
            description = {
                "Swaps the scheduler of a live service. Established connections stay where they are;",
                "new ones follow the new scheduler. The choice is kept over reloads, until",
                "lb overrides clear SERVICE."
            },
            footer = {
                "",
                "Example: what would mh with a large table move?",
                "  lb scheduler set 10.0.205.100:80 mh --flag table-size=65537 --dry-run"
            })
    static final class Swap implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // set by picocli
        private CommandSpec spec;

        @Mixin private ControlOptions control = new ControlOptions();

        @Parameters(
                index = "0",
                paramLabel = "SERVICE",
                description = "[PROTOCOL:]VIP[:PORT], as far as needed to tell it from the others")
        private String service = "";

        @Parameters(index = "1", paramLabel = "NAME", description = "the new scheduler")
        private String scheduler = "";

        @Option(
                names = "--flag",
                paramLabel = "FLAG",
                description = "a flag of it, such as mh-port or table-size=65537; may be repeated")
        private List<String> flags = List.of();

        @Option(names = "--dry-run", description = "say what would change, and change nothing")
        private boolean dryRun;

        @Override
        public Integer call() throws ControlException {
            PrintWriter out = spec.commandLine().getOut();
            Map<String, Object> arguments =
                    Map.of(
                            "service", service,
                            "scheduler", scheduler,
                            "flags", flags,
                            "dryRun", dryRun);
            try (ControlClient client = ControlClient.connect(control.path())) {
                JsonNode answer = client.ask("scheduler-set", arguments, _ -> {});
                if (control.json()) {
                    out.println(answer.toPrettyString());
                } else if (dryRun) {
                    print(ControlClient.read(answer, DryRunReport.class), out);
                } else {
                    ControlClient.read(answer, ChangeReport.class).notes().forEach(out::println);
                }
            }
            out.flush();
            return ExitCode.OK;
        }

        private static void print(DryRunReport report, PrintWriter out) {
            out.printf("%s: %s -> %s%n", report.service(), report.from(), report.to());
            out.println(
                    "hash slots that would move:    "
                            + share(report.slotsMoved(), report.slots(), "no table in common"));
            out.println(
                    "sampled clients that would:    "
                            + share(
                                    report.keysMoved(),
                                    report.keys(),
                                    "not both choose by client"));
            out.println(
                    "live connections elsewhere:    "
                            + share(
                                    report.connectionsElsewhere(),
                                    report.connections(),
                                    report.to() + " does not choose by client"));
            out.println("live connections that move:    0 (they stay where they are)");
            report.warnings().forEach(warning -> out.println("warning: " + warning));
        }

        private static String share(@Nullable Long moved, @Nullable Long of, String otherwise) {
            if (moved == null || of == null) {
                return "n/a (" + otherwise + ")";
            }
            double percent = of == 0 ? 0 : 100.0 * moved / of;
            return String.format(Locale.ROOT, "%d of %d (%.1f %%)", moved, of, percent);
        }
    }
}
