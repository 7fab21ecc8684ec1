package lb.director.cli;

import java.util.concurrent.Callable;
import lb.director.control.Change;
import lb.director.control.ControlException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lb remove}: one real server less. */
@Command(
        name = "remove",
        description = {
            "Removes a real server from a service. Its TCP connections go on until the deadline; UDP moves at once.",
            "Lasts over a reload until lb undrain or lb overrides clear; not over a restart."
        },
        footer = {
            "",
            "Example: gone for good; whoever still talks to it has two minutes",
            "  lb remove 10.0.205.100:80 10.0.205.2 --deadline 2m",
            "Example: it is dead; its clients are to find that out now",
            "  lb remove 10.0.205.100:80 10.0.205.2 --deadline 0"
        })
final class RemoveCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin private ServerArguments server = new ServerArguments();

    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            converter = TimeSpan.class,
            defaultValue = "5m",
            description =
                    "From now: 0, 90, 90s, 5m, 2h or 1d (default: ${DEFAULT-VALUE}); 0 ends its connections.")
    private long deadlineSeconds;

    @Mixin private ControlOptions control = new ControlOptions();

    @Override
    public Integer call() throws ControlException {
        return ChangeRequest.send(
                control,
                spec,
                new Change.RemoveServer(server.service(), server.realServer(), deadlineSeconds));
    }
}
