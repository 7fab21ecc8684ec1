package lb.director.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import lb.director.control.ControlException;
import lb.director.control.VrrpInstanceReport;
import lb.director.control.VrrpReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lb vrrp}: who holds the VIPs. */
@Command(
        name = "vrrp",
        description = {
            "Shows each vrrp_instance: its state, its priority, its VIPs, and which router is MASTER.",
            "A MASTER owns the VIPs and forwards for them; a BACKUP does neither; one in FAULT cannot take part."
        },
        footer = {
            "",
            "Example: the counters of dropped adverts",
            "  lb vrrp --counters | grep dropped"
        })
final class VrrpCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--counters", description = "show the counters that are not 0, too")
    private boolean counters;

    @Mixin private ControlOptions control = new ControlOptions();

    @Override
    public Integer call() throws ControlException {
        return control.report("vrrp", VrrpReport.class, spec.commandLine().getOut(), this::print);
    }

    private void print(VrrpReport report, PrintWriter out) {
        TextTable table =
                new TextTable(
                        "Instance",
                        "State",
                        "Since",
                        "Interface",
                        "VRID",
                        "Ver",
                        "Prio",
                        "Interval",
                        "Sent",
                        "Received",
                        "Master",
                        "VIPs");
        for (VrrpInstanceReport one : report.instances()) {
            table.row(
                    one.name(),
                    one.state(),
                    String.format(Locale.ROOT, "%.1f s", one.secondsInState()),
                    one.interfaceName(),
                    one.virtualRouterId(),
                    one.version(),
                    one.effectivePriority(),
                    String.format(Locale.ROOT, "%.2f s", one.intervalSeconds()),
                    one.counters().getOrDefault("advertisements_sent", 0L),
                    one.counters().getOrDefault("advertisements_received", 0L),
                    one.faults().isEmpty()
                            ? Objects.requireNonNullElse(one.active(), "-")
                            : one.faults(),
                    String.join(" ", one.vips()));
        }
        table.print(out);
        if (counters) {
            printCounters(report, out);
        }
    }

    private static void printCounters(VrrpReport report, PrintWriter out) {
        TextTable table = new TextTable("Instance", "Counter", "Count");
        for (VrrpInstanceReport one : report.instances()) {
            one.counters()
                    .forEach((name, count) -> {
                        if (count > 0) {
                            table.row(one.name(), name, count);
                        }
                    });
        }
        out.println();
        table.print(out);
    }
}
