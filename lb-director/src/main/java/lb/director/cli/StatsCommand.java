package lb.director.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import lb.director.control.ControlException;
import lb.director.control.InterfaceReport;
import lb.director.control.ServiceReport;
import lb.director.control.ServiceReport.RealServerReport;
import lb.director.control.StatsReport;
import lb.director.control.StatsReport.HeldReport;
import lb.director.control.StatsReport.VerdictReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lb stats}: how every frame ended, and what went where. */
@Command(
        name = "stats",
        description = {
            "Shows how every frame ended (its verdict), and the traffic of services, real servers and interfaces.",
            "Each frame received ends in exactly one verdict; bytes count from the IP header on."
        },
        footer = {
            "",
            "Example: why are frames dropped? Look twice, and see which verdict grows:",
            "  watch -d lb stats"
        })
final class StatsCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin private ControlOptions control = new ControlOptions();

    @Option(names = "--all", description = "Show the verdicts that no frame ended in, too.")
    private boolean all;

    @Option(
            names = "--rate",
            description =
                    "Show traffic for each second, averaged over some 8 s, as ipvsadm --rate.")
    private boolean rate;

    @Override
    public Integer call() throws ControlException {
        return control.report("stats", StatsReport.class, spec.commandLine().getOut(), this::print);
    }

    private void print(StatsReport report, PrintWriter out) {
        if (rate) {
            IpvsListing listing = new IpvsListing(IpvsListing.Columns.RATE, true, out);
            listing.printTitle();
            report.services().forEach(listing::print);
            return;
        }
        printVerdicts(report, out);
        printHeldFragments(report, out);
        out.println();
        out.printf(
                Locale.ROOT,
                "connections %d of %d, evicted because the table was full: %d%n%n",
                report.connections(),
                report.maximumConnections(),
                report.evictions());
        printServices(report, out);
        out.println();
        printInterfaces(report, out);
    }

    private void printVerdicts(StatsReport report, PrintWriter out) {
        TextTable table = new TextTable("Verdict", "Frames", "Meaning");
        for (VerdictReport verdict : report.verdicts()) {
            if (all || verdict.frames() > 0) {
                table.row(verdict.verdict(), verdict.frames(), verdict.description());
            }
        }
        table.print(out);
        out.println(sum(report));
        if (all || report.handedOn() > 0) {
            out.println(
                    "of FORWARDED, handed on inside the kernel (shortcut): " + report.handedOn());
        }
    }

    /** What FRAGMENT_HELD came to; nothing where no fragment ever had to wait. */
    private void printHeldFragments(StatsReport report, PrintWriter out) {
        if (!all && report.heldFragments().stream().allMatch(held -> held.frames() == 0)) {
            return;
        }
        out.println();
        TextTable table = new TextTable("HeldFragment", "Frames", "Meaning");
        for (HeldReport held : report.heldFragments()) {
            table.row(held.fate(), held.frames(), held.description());
        }
        table.print(out);
    }

    private static String sum(StatsReport report) {
        long apart = report.framesReceived() - report.framesDecided();
        return apart == 0
                ? "frames received " + report.framesReceived() + " = sum of verdicts"
                : "frames received "
                        + report.framesReceived()
                        + ", sum of verdicts "
                        + report.framesDecided()
                        + " ("
                        + apart
                        + " came while this was counted)";
    }

    private static void printServices(StatsReport report, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%-33s %12s %12s %16s%n",
                "Prot LocalAddress:Port",
                "Conns",
                "Packets",
                "Bytes");
        out.println("  -> RemoteAddress:Port");
        for (ServiceReport service : report.services()) {
            String name =
                    String.format(
                            Locale.ROOT,
                            "%-4s %s",
                            service.protocol(),
                            Endpoint.text(service.address(), service.port()));
            out.printf(
                    Locale.ROOT,
                    "%-33s %12d %12d %16d%n",
                    name,
                    service.connections(),
                    service.packets(),
                    service.bytes());
            for (RealServerReport server : service.realServers()) {
                out.printf(
                        Locale.ROOT,
                        "  -> %-28s %12d %12d %16d%n",
                        Endpoint.text(server.address(), server.port()),
                        server.connections(),
                        server.packets(),
                        server.bytes());
            }
        }
    }

    private static void printInterfaces(StatsReport report, PrintWriter out) {
        TextTable table =
                new TextTable(
                        "Interface",
                        "Role",
                        "Received",
                        "Transmitted",
                        "TransmitFull",
                        "RingLosses");
        for (InterfaceReport one : report.interfaces()) {
            table.row(
                    one.name(),
                    one.role(),
                    one.framesReceived(),
                    one.framesTransmitted(),
                    one.transmitFull(),
                    one.ringLosses());
        }
        table.print(out);
    }
}
