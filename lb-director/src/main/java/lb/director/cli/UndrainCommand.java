package lb.director.cli;

import java.util.concurrent.Callable;
import lb.director.control.Change;
import lb.director.control.ControlException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code lb undrain}: the end of {@code lb drain} and {@code lb remove}. */
@Command(
        name = "undrain",
        description =
                "Takes lb drain or lb remove back: the real server has its former weight again.",
        footer = {"", "Example:", "  lb undrain 10.0.205.100:80 10.0.205.2"})
final class UndrainCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin private ServerArguments server = new ServerArguments();
    @Mixin private ControlOptions control = new ControlOptions();

    @Override
    public Integer call() throws ControlException {
        return ChangeRequest.send(
                control, spec, new Change.Undrain(server.service(), server.realServer()));
    }
}
