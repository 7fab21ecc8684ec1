package lb.director.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
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

/** {@code lb demo failover}. The thread that picocli calls. */
@Command(
        name = "failover",
        mixinStandardHelpOptions = true,
        description = {
            "Shows two directors that share a VIP by VRRP, in a network of namespaces: one is stopped,",
            "killed and unplugged while a client's connections go on.",
            "Exit code: 0 when no connection was broken and no director sent a reset, otherwise 1."
        })
public final class FailoverCommand implements Callable<Integer> {
    private static final int MAX_CONNECTIONS = 5_000;
    private static final double MAX_INTERVAL = 40.95;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "200",
            description = "Connections that stay open, 1 to 5000; default: ${DEFAULT-VALUE}.")
    private int connections;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            defaultValue = "0.1",
            description = "advert_int of both directors, 0.01 to 40.95; default: ${DEFAULT-VALUE}.")
    private double interval;

    @Option(names = "--json", description = "Print the results as JSON.")
    private boolean json;

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        CommandLine line = Objects.requireNonNull(spec, "set by picocli").commandLine();
        if (connections < 1 || connections > MAX_CONNECTIONS) {
            throw new ParameterException(
                    line, "--connections " + connections + " is not 1 to " + MAX_CONNECTIONS);
        }
        if (!(interval >= 0.01 && interval <= MAX_INTERVAL)) {
            throw new ParameterException(
                    line, "--interval " + interval + " is not 0.01 to " + MAX_INTERVAL);
        }
        if (!"root".equals(System.getProperty("user.name"))) {
            line.getErr()
                    .println(
                            "lb demo failover: only root can make network namespaces; start it with sudo");
            return 1;
        }
        FailoverReport report = new FailoverReport(json ? null : line.getOut());
        try {
            DebianPackages.install(report::line);
            List<FailoverEvent> events = run(report);
            if (json) {
                print(events, line.getOut());
            }
            return events.stream().allMatch(FailoverEvent::harmless) ? 0 : 1;
        } catch (LabException e) {
            line.getErr().println("lb demo failover: " + e.getMessage());
            return 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private List<FailoverEvent> run(FailoverReport report) throws InterruptedException {
        try (Lab lab = Lab.open();
                FailoverNetwork network = FailoverNetwork.start(lab, interval);
                ClientTraffic traffic = ClientTraffic.start(network.client(), connections)) {
            report.begin(connections, interval);
            FailoverStory story = new FailoverStory(network, traffic);
            List<FailoverEvent> events = new ArrayList<>();
            for (FailoverStory.Act act : story.acts()) {
                FailoverEvent event = story.play(act);
                report.event(event);
                events.add(event);
            }
            report.verdict(events, traffic, network);
            return events;
        }
    }

    private void print(List<FailoverEvent> events, PrintWriter out) {
        try {
            out.println(
                    new ObjectMapper()
                            .writerWithDefaultPrettyPrinter()
                            .writeValueAsString(
                                    Map.of(
                                            "connections",
                                            connections,
                                            "intervalSeconds",
                                            interval,
                                            "events",
                                            events)));
            out.flush();
        } catch (JsonProcessingException e) {
            throw new LabException("cannot write JSON: " + e.getMessage(), e);
        }
    }
}
