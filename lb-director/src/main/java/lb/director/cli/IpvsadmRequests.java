package lb.director.cli;

import static lb.director.cli.IpvsadmOption.*;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import lb.director.cli.IpvsListing.Columns;
import lb.director.control.Change;
import org.jspecify.annotations.Nullable;

/** Makes requests of ipvsadm's command lines. Stateless; any thread. */
final class IpvsadmRequests {
    /** As the kernel's ipvsadm: seconds of a bare {@code -p}. */
    private static final int DEFAULT_PERSISTENCE_SECONDS = 300;

    private static final String DEFAULT_SCHEDULER = "wlc";
    private static final long MAX_SECONDS = TimeUnit.DAYS.toSeconds(31);
    private static final Set<IpvsadmOption> SERVICE =
            EnumSet.of(TCP_SERVICE, UDP_SERVICE, SCTP_SERVICE, FWMARK_SERVICE, IPV6);
    private static final Set<IpvsadmOption> BALANCING =
            with(SERVICE, SCHEDULER, PERSISTENT, NETMASK, OPS, FLAGS, ENGINE);
    private static final Set<IpvsadmOption> SERVER =
            with(
                    SERVICE,
                    REAL_SERVER,
                    GATEWAYING,
                    IPIP,
                    MASQUERADING,
                    WEIGHT,
                    U_THRESHOLD,
                    L_THRESHOLD);
    private static final Set<IpvsadmOption> VIEWS =
            EnumSet.of(CONNECTION, TIMEOUT, DAEMON, STATS, RATE, THRESHOLDS, PERSISTENT_CONN);
    private static final Set<IpvsadmOption> LISTING =
            with(with(SERVICE, EXACT, SORT, NOSORT, NUMERIC), VIEWS.toArray(IpvsadmOption[]::new));

    private final IpvsadmArguments arguments;

    private IpvsadmRequests(IpvsadmArguments arguments) {
        this.arguments = arguments;
    }

    private static Set<IpvsadmOption> with(Set<IpvsadmOption> some, IpvsadmOption... more) {
        Set<IpvsadmOption> all = EnumSet.copyOf(some);
        all.addAll(List.of(more));
        return all;
    }

    /**
     * What a command line asks for.
     *
     * @throws IpvsadmException when it does not make sense; says why
     */
    static IpvsadmRequest of(IpvsadmArguments arguments) throws IpvsadmException {
        return new IpvsadmRequests(arguments).request();
    }

    private IpvsadmRequest request() throws IpvsadmException {
        IpvsadmOption command = arguments.command() == null ? LIST : arguments.command();
        return switch (command) {
            case ADD_SERVICE,
                    EDIT_SERVICE,
                    DELETE_SERVICE,
                    ADD_SERVER,
                    EDIT_SERVER,
                    DELETE_SERVER ->
                    new IpvsadmRequest.Make(change(command));
            case CLEAR -> alone("-C", new IpvsadmRequest.Make(new Change.RemoveAllServices()));
            case LIST -> listing();
            case ZERO -> {
                arguments.allowOnly("-Z", SERVICE);
                yield new IpvsadmRequest.Zero(namesService() ? service("-Z") : null);
            }
            case SET -> timeouts();
            case SAVE -> {
                arguments.allowOnly("-S", EnumSet.of(NUMERIC));
                yield new IpvsadmRequest.Save();
            }
            case RESTORE -> alone("-R", new IpvsadmRequest.Restore());
            case HELP -> new IpvsadmRequest.Help();
            case VERSION -> new IpvsadmRequest.Version();
            case START_DAEMON, STOP_DAEMON ->
                    throw new IpvsadmException(
                            command
                                    + ": there is no synchronisation daemon; with lvs_sched mh the other director"
                                    + " computes where a connection is");
            default -> throw new IpvsadmException(command + " is no command");
        };
    }

    private Change change(IpvsadmOption command) throws IpvsadmException {
        return switch (command) {
            case ADD_SERVICE -> {
                arguments.allowOnly("-A", BALANCING);
                yield new Change.AddService(service("-A"), balancing());
            }
            case EDIT_SERVICE -> {
                arguments.allowOnly("-E", BALANCING);
                yield new Change.EditService(service("-E"), balancing());
            }
            case DELETE_SERVICE -> {
                arguments.allowOnly("-D", SERVICE);
                yield new Change.RemoveService(service("-D"));
            }
            case DELETE_SERVER -> {
                arguments.allowOnly("-d", with(SERVICE, REAL_SERVER));
                yield new Change.RemoveServer(service("-d"), realServer("-d"), 0);
            }
            default -> server(command);
        };
    }

    private IpvsadmRequest alone(String command, IpvsadmRequest request) throws IpvsadmException {
        arguments.allowOnly(command, Set.of());
        return request;
    }

    private boolean namesService() {
        return SERVICE.stream().anyMatch(arguments::has);
    }

    private String service(String command) throws IpvsadmException {
        return serviceName(command).name();
    }

    private EndpointName serviceName(String command) throws IpvsadmException {
        List<IpvsadmOption> given =
                SERVICE.stream().filter(arguments::has).filter(option -> option != IPV6).toList();
        if (given.size() > 1) {
            throw new IpvsadmException(
                    given.get(0) + " and " + given.get(1) + " are two services; give one");
        }
        if (given.isEmpty()) {
            throw new IpvsadmException(
                    command
                            + " needs a service: -t, -u or --sctp-service with VIP:PORT, or -f with a mark");
        }
        IpvsadmOption option = given.getFirst();
        if (option == FWMARK_SERVICE) {
            return mark(text(option));
        }
        EndpointName named = IpvsadmEndpoints.parse(text(option));
        String protocol = option == TCP_SERVICE ? "TCP" : option == UDP_SERVICE ? "UDP" : "SCTP";
        return new EndpointName(protocol, named.address(), named.port());
    }

    private EndpointName mark(String number) throws IpvsadmException {
        try {
            return EndpointName.ofMark(number, !arguments.has(IPV6));
        } catch (IllegalArgumentException e) {
            throw new IpvsadmException("-f: " + e.getMessage());
        }
    }

    private String text(IpvsadmOption option) {
        String value = arguments.value(option);
        return value == null ? "" : value;
    }

    private Change.Balancing balancing() throws IpvsadmException {
        EndpointName service = serviceName("-A");
        if (arguments.has(ENGINE)) {
            throw new IpvsadmException("--pe: there is no persistence engine");
        }
        if (arguments.has(OPS) && !"UDP".equals(service.protocol())) {
            throw new IpvsadmException("-o is for UDP services alone");
        }
        boolean persistent = arguments.has(PERSISTENT);
        if (arguments.has(NETMASK) && !persistent) {
            throw new IpvsadmException("-M needs -p: it says how large a persistent client is");
        }
        if ((service.port() == null || service.port() == 0) && !persistent && !service.isMark()) {
            throw new IpvsadmException(
                    "port 0 means all ports, which only a persistent service can have: give a port, or -p");
        }
        int seconds = persistent ? persistenceSeconds() : 0;
        boolean v4 = Endpoint.isIpv4(service.address());
        int prefix =
                arguments.has(NETMASK)
                        ? IpvsadmEndpoints.prefixLength(text(NETMASK), v4)
                        : v4 ? 32 : 128;
        String scheduler = arguments.has(SCHEDULER) ? text(SCHEDULER) : DEFAULT_SCHEDULER;
        return new Change.Balancing(
                scheduler, flags(scheduler), seconds, prefix, arguments.has(OPS));
    }

    private int persistenceSeconds() throws IpvsadmException {
        String text = text(PERSISTENT);
        return text.isEmpty()
                ? DEFAULT_PERSISTENCE_SECONDS
                : number(PERSISTENT, text, 1, MAX_SECONDS);
    }

    /** flag-1 and flag-2 are what mh and sh call their fallback and their port. */
    private List<String> flags(String scheduler) throws IpvsadmException {
        List<String> flags = new ArrayList<>();
        for (String flag : text(FLAGS).split(",")) {
            switch (flag) {
                case "", "flag-3" -> {
                    // No scheduler reads it.
                }
                case "flag-1" -> flags.add(scheduler + "-fallback");
                case "flag-2" -> flags.add(scheduler + "-port");
                default -> {
                    if (!flag.startsWith(scheduler + "-")) {
                        throw new IpvsadmException(
                                "-b: the scheduler " + scheduler + " has no flag '" + flag + "'");
                    }
                    flags.add(flag);
                }
            }
        }
        return flags.stream().distinct().sorted().toList();
    }

    private Change server(IpvsadmOption command) throws IpvsadmException {
        arguments.allowOnly(command.toString(), SERVER);
        for (IpvsadmOption method : List.of(IPIP, MASQUERADING)) {
            if (arguments.has(method)) {
                throw new IpvsadmException(
                        method
                                + ": this director does direct routing alone (-g); real servers answer their"
                                + " clients themselves");
            }
        }
        String service = service(command.toString());
        String server = realServer(command.toString());
        int weight = arguments.has(WEIGHT) ? number(WEIGHT, text(WEIGHT), 0, 0xffff) : 1;
        int upper = threshold(U_THRESHOLD);
        int lower = threshold(L_THRESHOLD);
        return command == ADD_SERVER
                ? new Change.AddServer(service, server, weight, upper, lower)
                : new Change.EditServer(service, server, weight, upper, lower);
    }

    private int threshold(IpvsadmOption option) throws IpvsadmException {
        return arguments.has(option) ? number(option, text(option), 0, Integer.MAX_VALUE) : 0;
    }

    private String realServer(String command) throws IpvsadmException {
        if (!arguments.has(REAL_SERVER)) {
            throw new IpvsadmException(command + " needs a real server: -r ADDRESS[:PORT]");
        }
        EndpointName named = IpvsadmEndpoints.parse(text(REAL_SERVER));
        return named.port() == null
                ? named.address()
                : Endpoint.text(named.address(), named.port());
    }

    private static int number(IpvsadmOption option, String text, long from, long to)
            throws IpvsadmException {
        if (text.matches("\\d{1,10}")) {
            long number = Long.parseLong(text);
            if (number >= from && number <= to) {
                return (int) number;
            }
        }
        throw new IpvsadmException(
                option + " takes a number from " + from + " to " + to + ", not '" + text + "'");
    }

    private IpvsadmRequest listing() throws IpvsadmException {
        arguments.allowOnly("-L", LISTING);
        List<IpvsadmOption> views = VIEWS.stream().filter(arguments::has).toList();
        if (views.size() > 1) {
            throw new IpvsadmException(
                    views.stream().map(String::valueOf).collect(Collectors.joining(" and "))
                            + " are different listings; give one");
        }
        EndpointName service = namesService() ? serviceName("-L") : null;
        if (views.isEmpty()) {
            return table(Columns.PLAIN, service);
        }
        return switch (views.getFirst()) {
            case CONNECTION -> new IpvsadmRequest.Connections(service);
            case TIMEOUT -> new IpvsadmRequest.Timeouts();
            case DAEMON -> new IpvsadmRequest.Daemons();
            case STATS -> table(Columns.STATS, service);
            case RATE -> table(Columns.RATE, service);
            case THRESHOLDS -> table(Columns.THRESHOLDS, service);
            default -> table(Columns.PERSISTENT, service);
        };
    }

    private IpvsadmRequest table(Columns columns, @Nullable EndpointName service) {
        return new IpvsadmRequest.Table(
                columns, service, arguments.has(EXACT), !arguments.has(NOSORT));
    }

    private IpvsadmRequest timeouts() throws IpvsadmException {
        List<String> values = arguments.operands();
        if (values.size() != 3) {
            throw new IpvsadmException("--set takes three timeouts in seconds: tcp tcpfin udp");
        }
        new IpvsadmArguments(SET, arguments.options(), List.of()).allowOnly("--set", Set.of());
        int[] seconds = new int[3];
        for (int i = 0; i < 3; i++) {
            seconds[i] = number(SET, values.get(i), 0, MAX_SECONDS);
        }
        return new IpvsadmRequest.Make(new Change.SetTimeouts(seconds[0], seconds[1], seconds[2]));
    }
}
