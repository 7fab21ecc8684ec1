package lb.director.cli;

import java.util.concurrent.Callable;
import lb.director.control.Change;
import lb.director.control.ControlException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lb weight}: a real server's share of new connections. */
@Command(
        name = "weight",
        description = {
            "Sets a real server's weight; connections that are open stay where they are.",
            "Lasts over a reload until lb overrides clear; not over a restart."
        },
        footer = {"", "Example:", "  lb weight 10.0.205.100:80 10.0.205.2 50"})
final class WeightCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin private ServerArguments server = new ServerArguments();

    @Parameters(
            index = "2",
            paramLabel = "WEIGHT",
            converter = Weight.class,
            description = "0 (no new connections) to 65535.")
    private int weight;

    @Mixin private ControlOptions control = new ControlOptions();

    @Override
    public Integer call() throws ControlException {
        return ChangeRequest.send(
                control, spec, new Change.SetWeight(server.service(), server.realServer(), weight));
    }
}
