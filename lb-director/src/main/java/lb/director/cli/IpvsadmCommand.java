package lb.director.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import lb.director.control.Change;
import lb.director.control.ControlException;
import lb.director.control.ControlSocket;
import lb.director.control.ServiceReport;
import lb.director.control.ServiceReport.RealServerReport;
import lb.director.control.ServicesReport;
import lb.director.control.TimeoutsReport;
import lb.director.control.Version;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code lb ipvsadm}: ipvsadm's own options against the running director, so that scripts go on
 * working.
 */
@Command(
        name = "ipvsadm",
        description = {
            "Takes ipvsadm's options for the running director; answers in its columns.",
            "",
            "  -A|-E SVC [-s SCHED] [-p [SECONDS]] [-M MASK] [-b FLAGS] [-o]",
            "                           add, edit a service",
            "  -D SVC                   delete a service",
            "  -a|-e SVC -r REAL [-g] [-w N] [-x N] [-y N]",
            "                           add, edit a real server",
            "  -d SVC -r REAL           delete a real server",
            "  -L [SVC] [--stats|--rate|--thresholds|--persistent-conn]",
            "     [--exact] [--nosort]  list services",
            "  -L -c [SVC], --timeout   list connections, timeouts",
            "  -S > FILE, -R < FILE     save, restore",
            "  -C                       clear",
            "  -Z [SVC]                 zero counters",
            "  --set TCP TCPFIN UDP     timeouts in seconds",
            "  --control=PATH           the director (default: /run/lb/control.sock)",
            "  --json                   for listings",
            "",
            "SVC is -t VIP:PORT, -u VIP:PORT, --sctp-service VIP:PORT, or -f MARK [-6].",
            "Addresses and ports are shown as numbers, as with -n.",
            "",
            "What it changes are overrides: they last over a reload, not over a restart;",
            "lb overrides lists them. A service that is added gets no VIP on an",
            "interface, as with ipvsadm. -R makes all changes or none. -d ends",
            "connections; lb remove --deadline lets them go on for a while."
        },
        footer = {
            "",
            "Example: keep what is there, try something, go back",
            "  lb ipvsadm -S -n > before",
            "  lb ipvsadm -e -t 10.0.205.100:80 -r 10.0.205.2 -w 10",
            "  (echo -C; cat before) | lb ipvsadm -R"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:it did not work; one line on standard error says why",
            "2:wrong options",
            "3:no director answers on the control socket"
        })
final class IpvsadmCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "OPTION", description = "ipvsadm's, see its manual.")
    private List<String> words = new ArrayList<>();

    /** The command, which leaves all its options to {@link IpvsadmArguments}. */
    static CommandLine commandLine() {
        return new CommandLine(new IpvsadmCommand())
                .setUnmatchedOptionsArePositionalParams(true)
                .setExpandAtFiles(false);
    }

    @Override
    public Integer call() throws ControlException {
        try {
            IpvsadmArguments arguments = IpvsadmArguments.parse(words);
            String path = arguments.value(IpvsadmOption.CONTROL);
            ControlOptions control =
                    new ControlOptions(
                            Path.of(Objects.requireNonNullElse(path, ControlSocket.DEFAULT_PATH)),
                            arguments.has(IpvsadmOption.JSON));
            return answer(IpvsadmRequests.of(arguments), control);
        } catch (IpvsadmException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new ControlException("standard input cannot be read: " + e.getMessage(), e);
        }
    }

    private int answer(IpvsadmRequest request, ControlOptions control)
            throws ControlException, IpvsadmException, IOException {
        PrintWriter out = spec.commandLine().getOut();
        switch (request) {
            case IpvsadmRequest.Make make -> ChangeRequest.send(control, spec, make.change());
            case IpvsadmRequest.Table table -> list(table, control, out);
            case IpvsadmRequest.Connections connections ->
                    ConnectionListing.print(
                            control,
                            connections.service() == null
                                    ? Map.of()
                                    : connections.service().asService(),
                            "IPVS connection entries",
                            out);
            case IpvsadmRequest.Timeouts _ ->
                    control.report(
                            "timeouts", TimeoutsReport.class, out, IpvsadmCommand::printTimeouts);
            case IpvsadmRequest.Daemons _ -> {
                // None runs: ipvsadm prints nothing then, too.
            }
            case IpvsadmRequest.Save _ ->
                    control.report(
                            "services",
                            ServicesReport.class,
                            out,
                            (report, to) -> IpvsadmRules.of(report).forEach(to::println));
            case IpvsadmRequest.Restore _ -> restore(control);
            case IpvsadmRequest.Zero zero -> ZeroCommand.zero(control, zero.service());
            case IpvsadmRequest.Help _ -> spec.commandLine().usage(out);
            case IpvsadmRequest.Version _ ->
                    out.println("lb " + Version.current() + ", with the options of ipvsadm 1.31");
        }
        out.flush();
        return ExitCode.OK;
    }

    private static void printTimeouts(TimeoutsReport report, PrintWriter out) {
        out.println(
                "Timeout (tcp tcpfin udp): "
                        + report.tcpSeconds()
                        + " "
                        + report.tcpFinSeconds()
                        + " "
                        + report.udpSeconds());
    }

    private static void list(IpvsadmRequest.Table table, ControlOptions control, PrintWriter out)
            throws ControlException {
        boolean[] found = {table.service() == null};
        control.report(
                "services",
                ServicesReport.class,
                out,
                (report, to) -> {
                    IpvsListing listing = new IpvsListing(table.columns(), table.exact(), to);
                    List<ServiceReport> shown =
                            report.services().stream()
                                    .filter(service -> isMeant(service, table.service()))
                                    .toList();
                    found[0] |= !shown.isEmpty();
                    if (!found[0]) {
                        return;
                    }
                    if (table.service() == null) {
                        // The version whose layout this is; scripts look for the line.
                        to.printf(
                                Locale.ROOT,
                                "IP Virtual Server version 1.2.1 (size=%d)%n",
                                report.maximumConnections());
                    }
                    listing.printTitle();
                    (table.sorted() ? sorted(shown) : shown).forEach(listing::print);
                });
        if (!found[0] && !control.json()) {
            throw new ControlException("there is no such service; lb ipvsadm -Ln lists all");
        }
    }

    private static boolean isMeant(ServiceReport service, @Nullable EndpointName name) {
        return name == null
                || (service.protocol().equals(name.protocol())
                        && AddressOrder.sameAddress(service.address(), name.address())
                        && service.port() == (name.port() == null ? 0 : name.port())
                        && service.mark() == name.mark());
    }

    private static List<ServiceReport> sorted(List<ServiceReport> services) {
        return services.stream()
                .map(IpvsadmCommand::withSortedServers)
                .sorted(
                        Comparator.comparing(ServiceReport::protocol)
                                .thenComparing(ServiceReport::address, AddressOrder.BY_BYTES)
                                .thenComparingInt(ServiceReport::port)
                                .thenComparingInt(ServiceReport::mark))
                .toList();
    }

    private static ServiceReport withSortedServers(ServiceReport service) {
        return service.with(
                service.realServers().stream()
                        .sorted(
                                Comparator.comparing(
                                        RealServerReport::address, AddressOrder.BY_BYTES))
                        .toList());
    }

    private void restore(ControlOptions control)
            throws ControlException, IpvsadmException, IOException {
        List<Change> changes = new ArrayList<>();
        List<Integer> lines = new ArrayList<>();
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        int number = 0;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            number++;
            List<String> words = new ArrayList<>(List.of(line.strip().split("\\s+")));
            if (words.getFirst().equals("ipvsadm")) {
                words.removeFirst();
            }
            if (words.isEmpty() || words.getFirst().isEmpty() || words.getFirst().startsWith("#")) {
                continue;
            }
            changes.add(change(words, number));
            lines.add(number);
        }
        if (!changes.isEmpty()) {
            send(control, changes, lines);
        }
    }

    private static Change change(List<String> words, int line) throws IpvsadmException {
        try {
            if (IpvsadmRequests.of(IpvsadmArguments.parse(words))
                    instanceof IpvsadmRequest.Make make) {
                return make.change();
            }
        } catch (IpvsadmException e) {
            throw new IpvsadmException("line " + line + ": " + e.getMessage());
        }
        throw new IpvsadmException(
                "line " + line + ": '" + String.join(" ", words) + "' changes no table");
    }

    private void send(ControlOptions control, List<Change> changes, List<Integer> lines)
            throws ControlException {
        try {
            ChangeRequest.send(control, spec, changes.toArray(Change[]::new));
        } catch (ControlException e) {
            throw IpvsadmRules.withLine(e, lines);
        }
    }
}
