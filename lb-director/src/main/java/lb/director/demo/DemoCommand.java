package lb.director.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import lb.director.lab.Capture;
import lb.director.lab.CapturedFrame;
import lb.director.lab.CommandResult;
import lb.director.lab.DebianPackages;
import lb.director.lab.Lab;
import lb.director.lab.LabException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lb demo}. The thread that picocli calls. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        subcommands = FailoverCommand.class,
        description = {
            "Shows the director at work, in a network of namespaces that is removed afterwards.",
            "Exit code: 0 when all that should be seen was seen, otherwise 1."
        })
public final class DemoCommand implements Callable<Integer> {
    private static final Duration STEPS_TIMEOUT = Duration.ofSeconds(3);
    private static final int MAX_REQUESTS = 100_000;

    @Option(names = "--keep", description = "Leave the network running until Ctrl-C.")
    private boolean keep;

    @Option(
            names = "--requests",
            paramLabel = "N",
            defaultValue = "100",
            description = "HTTP requests to send, 2 to 100000; default: ${DEFAULT-VALUE}.")
    private int requests;

    @Option(
            names = "--scheduler",
            paramLabel = "NAME",
            defaultValue = "rr",
            description = "Scheduler of the service, such as rr or mh; default: ${DEFAULT-VALUE}.")
    private String scheduler = "rr";

    @Spec private @Nullable CommandSpec spec;

    private final List<String> failures = new ArrayList<>();

    @Override
    public Integer call() {
        CommandLine line = java.util.Objects.requireNonNull(spec, "set by picocli").commandLine();
        if (requests < 2 || requests > MAX_REQUESTS) {
            throw new ParameterException(
                    line, "--requests " + requests + " is not 2 to " + MAX_REQUESTS);
        }
        DemoReport report = new DemoReport(line.getOut());
        if (!"root".equals(System.getProperty("user.name"))) {
            line.getErr()
                    .println("lb demo: only root can make network namespaces; start it with sudo");
            return 1;
        }
        try {
            DebianPackages.install(report::line);
            return run(report);
        } catch (LabException e) {
            line.getErr().println("lb demo: " + e.getMessage());
            return 1;
        }
    }

    private int run(DemoReport report) {
        try (Lab lab = Lab.open()) {
            try {
                show(lab, report);
            } catch (LabException e) {
                if (!lab.closed()) {
                    throw e;
                }
                // Ctrl-C: the network has been taken down under us, which is what was asked for.
            }
        }
        return failures.isEmpty() ? 0 : 1;
    }

    private void show(Lab lab, DemoReport report) {
        DemoNetwork network = DemoNetwork.start(lab, scheduler);
        report.network(network);
        showSteps(network, report);
        showRequests(network, report);
        showCounters(network, report);
        report.verdict(failures);
        if (keep) {
            report.invitation(network);
            awaitEnd(lab, network);
        }
    }

    private void showSteps(DemoNetwork network, DemoReport report) {
        Capture client = DemoNetwork.capture(network.client());
        List<Capture> servers = network.realServers().stream().map(DemoNetwork::capture).toList();
        Requests one = Requests.send(network.client(), 1);
        List<Step> steps = awaitSteps(client, servers);
        client.stop();
        servers.forEach(Capture::stop);
        report.steps(steps);
        if (!one.allOk()) {
            failures.add("the first request was not answered: " + one.errors());
        }
        if (steps.size() < SevenSteps.COUNT) {
            failures.add("step " + (steps.size() + 1) + " was not seen");
        } else {
            compare(steps, report);
        }
    }

    private void compare(List<Step> steps, DemoReport report) {
        PacketComparison comparison =
                PacketComparison.of(steps.get(2).frame(), steps.get(3).frame());
        report.comparison(comparison);
        if (!comparison.asRouted()) {
            failures.add("the director changed the packet");
        }
    }

    /** The answer may be here before tcpdump has written all that led to it. */
    private static List<Step> awaitSteps(Capture client, List<Capture> servers) {
        long deadlineNanos = System.nanoTime() + STEPS_TIMEOUT.toNanos();
        List<Step> best;
        do {
            best = longest(client.frames(), servers);
        } while (best.size() < SevenSteps.COUNT && System.nanoTime() - deadlineNanos < 0);
        return best;
    }

    /**
     * The steps by way of the real server that was chosen: the one at which more of them were seen.
     */
    private static List<Step> longest(List<CapturedFrame> atClient, List<Capture> servers) {
        List<Step> best = List.of();
        for (int i = 0; i < servers.size(); i++) {
            Machine server = Machine.REAL_SERVERS.get(i);
            List<Step> steps = SevenSteps.find(server, atClient, servers.get(i).frames());
            best = steps.size() > best.size() ? steps : best;
        }
        return best;
    }

    private void showRequests(DemoNetwork network, DemoReport report) {
        Requests sent = Requests.send(network.client(), requests);
        report.requests(sent);
        if (!sent.allOk()) {
            failures.add(
                    sent.sent()
                            - sent.ok()
                            + " of "
                            + sent.sent()
                            + " requests were not answered with 200");
        }
        for (Machine server : Machine.REAL_SERVERS) {
            if (sent.of(server) == 0) {
                failures.add(server.name() + " answered none");
            }
        }
    }

    private void showCounters(DemoNetwork network, DemoReport report) {
        for (String command : List.of("services", "stats")) {
            CommandResult result = network.ask(command);
            report.answer(command, result);
            if (result.exitCode() != 0) {
                failures.add("'lb " + command + "' failed");
            }
        }
        if (!network.directorProcess().alive()) {
            failures.add("the director has ended");
        }
    }

    private static void awaitEnd(Lab lab, DemoNetwork network) {
        try {
            int exitCode = network.directorProcess().await();
            if (!lab.closed()) {
                throw new LabException(
                        "the director has ended with "
                                + exitCode
                                + "; it printed:\n"
                                + network.directorProcess().output());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
