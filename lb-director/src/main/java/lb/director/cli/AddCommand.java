package lb.director.cli;

import java.util.concurrent.Callable;
import lb.director.control.Change;
import lb.director.control.ControlException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lb add}: one more real server. */
@Command(
        name = "add",
        description = {
            "Adds a real server to a service. It must hold the VIP already, without answering ARP for it.",
            "Lasts over a reload until lb overrides clear; not over a restart."
        },
        footer = {
            "",
            "Example:",
            "  lb add 10.0.205.100:80 10.0.205.4 -w 2",
            "  lb neighbours              # is it resolved?"
        })
final class AddCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin private ServerArguments server = new ServerArguments();

    @Option(
            names = {"-w", "--weight"},
            paramLabel = "WEIGHT",
            converter = Weight.class,
            description = "0 to 65535 (default: 1).")
    private int weight = 1;

    @Option(
            names = {"-x", "--u-threshold"},
            paramLabel = "N",
            description = "No new connections from N on (default: 0, no limit).")
    private int upperThreshold;

    @Option(
            names = {"-y", "--l-threshold"},
            paramLabel = "N",
            description = "New ones again below N (default: three quarters of -x).")
    private int lowerThreshold;

    @Mixin private ControlOptions control = new ControlOptions();

    @Override
    public Integer call() throws ControlException {
        return ChangeRequest.send(
                control,
                spec,
                new Change.AddServer(
                        server.service(),
                        server.realServer(),
                        weight,
                        upperThreshold,
                        lowerThreshold));
    }
}
