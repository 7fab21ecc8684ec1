package lb.director.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import lb.director.control.ControlException;
import lb.director.control.ServiceReport;
import lb.director.control.ServiceReport.RealServerReport;
import lb.director.control.ServicesReport;
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
        out.println("Prot LocalAddress:Port Scheduler Flags");
        out.println("  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn");
        for (ServiceReport service : report.services()) {
            out.printf(
                    Locale.ROOT,
                    "%-4s %s %s%s%n",
                    service.protocol(),
                    address(service),
                    service.scheduler(),
                    flags(service));
            for (RealServerReport server : service.realServers()) {
                out.printf(
                        Locale.ROOT,
                        "  -> %-28s %-7s %-6d %-10d %-10d%n",
                        Endpoint.text(server.address(), server.port()),
                        server.forward(),
                        server.weight(),
                        server.activeConnections(),
                        server.inactiveConnections());
            }
        }
    }

    private static String address(ServiceReport service) {
        if (service.mark() == 0) {
            return Endpoint.text(service.address(), service.port());
        }
        return service.mark() + (Endpoint.isIpv4(service.address()) ? "" : " IPv6");
    }

    private static String flags(ServiceReport service) {
        StringBuilder text = new StringBuilder();
        if (!service.flags().isEmpty()) {
            text.append(" (").append(String.join(",", service.flags())).append(')');
        }
        if (service.persistenceSeconds() > 0) {
            text.append(" persistent ").append(service.persistenceSeconds());
            text.append(mask(service));
        }
        if (service.onePacket()) {
            text.append(" ops");
        }
        return text.toString();
    }

    /**
     * A netmask for IPv4, a prefix length for IPv6, nothing where every address is a client of its
     * own.
     */
    private static String mask(ServiceReport service) {
        int bits = service.persistencePrefixLength();
        if (!Endpoint.isIpv4(service.address())) {
            return bits == 128 ? "" : " mask " + bits;
        }
        if (bits == 32) {
            return "";
        }
        int mask = bits == 0 ? 0 : -1 << (32 - bits);
        return String.format(
                Locale.ROOT,
                " mask %d.%d.%d.%d",
                mask >>> 24,
                mask >>> 16 & 0xff,
                mask >>> 8 & 0xff,
                mask & 0xff);
    }
}
