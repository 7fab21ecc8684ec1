package lb.director.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import lb.director.control.ControlException;
import lb.director.control.ServiceReport;
import lb.director.control.ServiceReport.RealServerReport;
import lb.director.control.ServiceReport.SchedulerFaultReport;
import lb.director.control.ServicesReport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code lb services}: the columns are those of {@code ipvsadm -Ln}, to the width, since scripts
 * cut them out.
 */
@Command(
        name = "services",
        description = "Lists virtual services and real servers in the columns of ipvsadm -Ln.",
        footer = {
            "",
            "Example: which real servers are drained (weight 0)?",
            "  lb services | awk '$1 == \"->\" && $4 == 0'"
        })
final class ServicesCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin private ControlOptions control = new ControlOptions();

    @Override
    public Integer call() throws ControlException {
        return control.report(
                "services",
                ServicesReport.class,
                spec.commandLine().getOut(),
                ServicesCommand::print);
    }

    private static void print(ServicesReport report, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "lb %s (connections=%d of %d)%n",
                report.version(),
                report.connections(),
                report.maximumConnections());
        IpvsListing listing = new IpvsListing(IpvsListing.Columns.PLAIN, true, out);
        listing.printTitle();
        boolean marked = false;
        for (ServiceReport service : report.services()) {
            listing.printService(service, mark(service.override()) + fault(service));
            marked |= service.override() != null;
            for (RealServerReport server : service.realServers()) {
                listing.printRealServer(server, mark(server.override()));
                marked |= server.override() != null;
            }
            for (RealServerReport server : service.leaving()) {
                listing.printRealServer(server, mark("leaving"));
                marked = true;
            }
        }
        if (marked) {
            out.println();
            out.println("* by command, not by configuration: lb overrides, lb overrides clear");
        }
    }

    private static String mark(@Nullable String override) {
        return override == null ? "" : " * " + override;
    }

    private static String fault(ServiceReport service) {
        SchedulerFaultReport fault = service.schedulerFault();
        return fault == null ? "" : " failed, " + fault.serving() + " serves";
    }
}
