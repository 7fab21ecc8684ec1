package lb.director.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import lb.director.control.ControlException;
import lb.director.control.VrrpInstanceReport;
import lb.director.control.VrrpReport;
import lb.director.control.VrrpTrackerReport;
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
            "A MASTER owns the VIPs and forwards for them; a BACKUP does neither; one in FAULT cannot take part.",
            "Below it: what tracks each instance, and the sync groups. Prio is the effective one (base in brackets)."
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
                        "Master or fault",
                        "VIPs");
        for (VrrpInstanceReport one : report.instances()) {
            table.row(
                    one.name(),
                    one.state(),
                    String.format(Locale.ROOT, "%.1f s", one.secondsInState()),
                    one.interfaceName(),
                    one.virtualRouterId(),
                    one.version(),
                    priority(one),
                    String.format(Locale.ROOT, "%.2f s", one.intervalSeconds()),
                    one.counters().getOrDefault("advertisements_sent", 0L),
                    one.counters().getOrDefault("advertisements_received", 0L),
                    one.faults().isEmpty()
                            ? Objects.requireNonNullElse(one.active(), "-")
                            : one.faults(),
                    String.join(" ", one.vips()));
        }
        table.print(out);
        printTrackers(report, out);
        printGroups(report, out);
        if (counters) {
            printCounters(report, out);
        }
    }

    /** The effective priority, and the base where that is another one. */
    private static String priority(VrrpInstanceReport one) {
        return one.effectivePriority() == one.priority()
                ? Integer.toString(one.priority())
                : one.effectivePriority() + " (" + one.priority() + ")";
    }

    private static void printTrackers(VrrpReport report, PrintWriter out) {
        if (report.instances().stream().allMatch(one -> one.trackers().isEmpty())) {
            return;
        }
        TextTable table = new TextTable("Instance", "Tracks", "Name", "State", "Weight", "Effect");
        for (VrrpInstanceReport one : report.instances()) {
            for (VrrpTrackerReport tracker : one.trackers()) {
                table.row(
                        one.name(),
                        tracker.kind(),
                        tracker.name(),
                        tracker.state(),
                        tracker.weight() + (tracker.reverse() ? " reverse" : ""),
                        effect(tracker));
            }
        }
        out.println();
        table.print(out);
    }

    private static String effect(VrrpTrackerReport tracker) {
        if (tracker.fault()) {
            return "FAULT";
        }
        return tracker.change() == 0
                ? "-"
                : String.format(Locale.ROOT, "priority %+d", tracker.change());
    }

    private static void printGroups(VrrpReport report, PrintWriter out) {
        if (report.groups().isEmpty()) {
            return;
        }
        TextTable table = new TextTable("Group", "State", "Members");
        report.groups()
                .forEach(group ->
                        table.row(group.name(), group.state(), String.join(" ", group.members())));
        out.println();
        table.print(out);
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
