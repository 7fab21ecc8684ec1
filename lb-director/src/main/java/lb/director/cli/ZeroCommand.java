package lb.director.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import lb.director.control.ControlClient;
import lb.director.control.ControlException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lb zero}: the traffic counters of services begin anew. */
@Command(
        name = "zero",
        description = {
            "Sets connections, packets, bytes and rates of a service and its real servers to zero, or of all.",
            "Verdicts and the interfaces' frames count on: they have to sum up."
        },
        footer = {"", "Example:", "  lb zero 10.0.205.100:80"})
final class ZeroCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "SERVICE",
            description = "VIP[:PORT], with tcp: or udp: before it where both have that port.")
    private @Nullable String service;

    @Mixin private ControlOptions control = new ControlOptions();

    @Override
    public Integer call() throws ControlException {
        zero(control, service);
        if (control.json()) {
            spec.commandLine().getOut().println("{}");
            spec.commandLine().getOut().flush();
        }
        return ExitCode.OK;
    }

    static void zero(ControlOptions control, @Nullable String service) throws ControlException {
        try (ControlClient client = ControlClient.connect(control.path())) {
            var _ =
                    client.ask(
                            "zero",
                            service == null ? Map.of() : Map.of("service", service),
                            _ -> {});
        }
    }
}
