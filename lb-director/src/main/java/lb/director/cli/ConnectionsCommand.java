package lb.director.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import lb.director.control.ControlException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code lb connections}: the columns are those of {@code ipvsadm -Lnc}. Prints rows as they come,
 * however many.
 */
@Command(
        name = "connections",
        description = {
            "Lists the connections and persistence templates, in the columns of ipvsadm -Lnc.",
            "A template has the state NONE, and port 0 as its source."
        },
        footer = {
            "",
            "Example: open connections by real server",
            "  lb connections | awk '$3 == \"ESTABLISHED\" {n[$6]++} END {for (s in n) print n[s], s}'",
            "Example: what does a client that complains have?",
            "  lb connections --client 10.0.200.22"
        })
final class ConnectionsCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--templates",
            description = "Only persistence templates: which real server a client's next one gets.")
    private boolean templates;

    @Option(
            names = "--service",
            paramLabel = "SERVICE",
            converter = EndpointName.Converter.class,
            description =
                    "Only of this service: VIP[:PORT], with tcp:, udp: or sctp: before it if needed; or fwm:N.")
    private @Nullable EndpointName service;

    @Option(
            names = "--real",
            paramLabel = "REAL",
            converter = EndpointName.Converter.class,
            description = "Only to this real server.")
    private @Nullable EndpointName realServer;

    @Option(
            names = "--client",
            paramLabel = "ADDRESS",
            converter = EndpointName.Converter.class,
            description = "Only from this address.")
    private @Nullable EndpointName client;

    @Option(names = "--limit", paramLabel = "N", description = "N rows at most.")
    private @Nullable Long limit;

    @Mixin private ControlOptions control = new ControlOptions();

    @Override
    public Integer call() throws ControlException {
        ConnectionListing.print(
                control, arguments(), "lb connection entries", spec.commandLine().getOut());
        return ExitCode.OK;
    }

    private Map<String, Object> arguments() {
        Map<String, Object> arguments = new LinkedHashMap<>();
        if (templates) {
            arguments.put("templates", true);
        }
        if (service != null) {
            arguments.putAll(service.asService());
        }
        if (realServer != null) {
            arguments.put("realServer", realServer.address());
        }
        if (client != null) {
            arguments.put("client", client.address());
        }
        if (limit != null) {
            if (limit < 1) {
                throw new ParameterException(spec.commandLine(), "--limit is 1 or more");
            }
            arguments.put("limit", limit);
        }
        return arguments;
    }
}
