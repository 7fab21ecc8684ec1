package lb.director.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import lb.director.control.ServiceReport;
import lb.director.control.ServiceReport.RealServerReport;

/**
 * Services and real servers in ipvsadm's columns, to the width, since scripts cut them out. Used by
 * one thread.
 */
final class IpvsListing {
    /** What the columns say. */
    enum Columns {
        /** Forwarding method, weight, connections. */
        PLAIN,
        /** Connections, packets and bytes so far. */
        STATS,
        /** The same for each second. */
        RATE,
        /** Thresholds. */
        THRESHOLDS,
        /** Persistence templates. */
        PERSISTENT
    }

    /** From here on a counter is shown in thousands, unless exact. */
    private static final long TOO_WIDE = 100_000_000;

    private final Columns columns;
    private final boolean exact;
    private final PrintWriter out;

    /**
     * A listing.
     *
     * @param exact whether large counters are printed whole
     */
    IpvsListing(Columns columns, boolean exact, PrintWriter out) {
        this.columns = columns;
        this.exact = exact;
        this.out = out;
    }

    /** Prints the two lines of headings. */
    void printTitle() {
        switch (columns) {
            case PLAIN -> out.println("Prot LocalAddress:Port Scheduler Flags");
            case STATS -> title("%8s", "Conns", "InPkts", "OutPkts", "InBytes", "OutBytes");
            case RATE -> title("%8s", "CPS", "InPPS", "OutPPS", "InBPS", "OutBPS");
            case THRESHOLDS ->
                    title("%-10s", "Uthreshold", "Lthreshold", "ActiveConn", "InActConn");
            case PERSISTENT ->
                    out.printf(
                            Locale.ROOT,
                            "%-33s %-9s %-11s %-10s %-10s%n",
                            "Prot LocalAddress:Port",
                            "Weight",
                            "PersistConn",
                            "ActiveConn",
                            "InActConn");
        }
        out.println(
                columns == Columns.PLAIN
                        ? "  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn"
                        : "  -> RemoteAddress:Port");
    }

    private void title(String format, String... headings) {
        StringBuilder line = new StringBuilder();
        line.append(String.format(Locale.ROOT, "%-33s", "Prot LocalAddress:Port"));
        for (String heading : headings) {
            line.append(' ').append(String.format(Locale.ROOT, format, heading));
        }
        out.println(line);
    }

    /** Prints a service and its real servers. */
    void print(ServiceReport service) {
        printService(service, "");
        service.realServers().forEach(server -> printRealServer(server, ""));
    }

    /** Prints the line of a service, with a mark behind it. */
    void printService(ServiceReport service, String mark) {
        String name =
                String.format(Locale.ROOT, "%-4s %s", service.protocol(), Endpoint.text(service));
        String rest =
                switch (columns) {
                    case STATS -> stats(service.connections(), service.packets(), service.bytes());
                    case RATE ->
                            stats(
                                    service.rates().connections(),
                                    service.rates().packets(),
                                    service.rates().bytes());
                    case PLAIN, THRESHOLDS, PERSISTENT ->
                            " " + service.scheduler() + ServiceText.flags(service);
                };
        boolean aligned = columns == Columns.STATS || columns == Columns.RATE;
        out.println((aligned ? String.format(Locale.ROOT, "%-33s", name) : name) + rest + mark);
    }

    /** Prints the line of a real server, with a mark behind it. */
    void printRealServer(RealServerReport server, String mark) {
        String name =
                String.format(
                        Locale.ROOT, "  -> %-28s", Endpoint.text(server.address(), server.port()));
        out.println(name + cells(server) + mark);
    }

    private String cells(RealServerReport server) {
        return switch (columns) {
            case PLAIN ->
                    String.format(
                            Locale.ROOT,
                            " %-7s %-6d %-10d %-10d",
                            server.forward(),
                            server.weight(),
                            server.activeConnections(),
                            server.inactiveConnections());
            case STATS -> stats(server.connections(), server.packets(), server.bytes());
            case RATE ->
                    stats(
                            server.rates().connections(),
                            server.rates().packets(),
                            server.rates().bytes());
            case THRESHOLDS ->
                    String.format(
                            Locale.ROOT,
                            " %-10d %-10d %-10d %-10d",
                            server.upperThreshold(),
                            server.lowerThreshold(),
                            server.activeConnections(),
                            server.inactiveConnections());
            case PERSISTENT ->
                    String.format(
                            Locale.ROOT,
                            " %-9d %-11d %-10d %-10d",
                            server.weight(),
                            server.persistenceTemplates(),
                            server.activeConnections(),
                            server.inactiveConnections());
        };
    }

    /** Nothing comes back by a director in direct routing: the outgoing columns are 0. */
    private String stats(long connections, long packets, long bytes) {
        StringBuilder line = new StringBuilder();
        for (long number : List.of(connections, packets, 0L, bytes, 0L)) {
            line.append(number(number));
        }
        return line.toString();
    }

    private String number(long value) {
        if (exact || value < TOO_WIDE) {
            return String.format(Locale.ROOT, " %8d", value);
        }
        long scaled = value / 1_000;
        int unit = 0;
        while (scaled >= TOO_WIDE && unit < 3) {
            scaled /= 1_000;
            unit++;
        }
        return String.format(Locale.ROOT, "%8d%c", scaled, "KMGT".charAt(unit));
    }
}
