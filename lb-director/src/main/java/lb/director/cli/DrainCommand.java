package lb.director.cli;

import java.util.concurrent.Callable;
import lb.director.control.Change;
import lb.director.control.ControlException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lb drain}: no new connections for a real server. */
@Command(
        name = "drain",
        description = {
            "Sets a real server's weight to 0: its connections go on, new ones go to others.",
            "With a deadline the real server is removed then, and what is still open ends.",
            "Lasts over a reload until lb undrain (or lb overrides clear); not over a restart."
        },
        footer = {
            "",
            "Example: out of service for maintenance, in ten minutes at the latest",
            "  lb drain 10.0.205.100:80 10.0.205.2 --deadline 10m",
            "  watch lb services          # until its ActiveConn is 0"
        })
final class DrainCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin private ServerArguments server = new ServerArguments();

    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            converter = TimeSpan.class,
            description = "From now: 90, 90s, 5m, 2h or 1d. Without it, draining has no end.")
    private @Nullable Long deadlineSeconds;

    @Mixin private ControlOptions control = new ControlOptions();

    @Override
    public Integer call() throws ControlException {
        return ChangeRequest.send(
                control,
                spec,
                new Change.Drain(server.service(), server.realServer(), deadlineSeconds));
    }
}
