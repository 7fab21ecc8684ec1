package lb.director.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import lb.director.control.ControlException;
import lb.director.control.DirectorStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code lb status}: what the running director is. */
@Command(
        name = "status",
        description =
                "Shows what runs: version, process, uptime, configuration, and the VIPs it holds now.",
        footer = {"", "Example: is it running?", "  lb status >/dev/null && echo yes"})
final class StatusCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin private ControlOptions control = new ControlOptions();

    @Override
    public Integer call() throws ControlException {
        return control.report(
                "status", DirectorStatus.class, spec.commandLine().getOut(), StatusCommand::print);
    }

    private static void print(DirectorStatus status, PrintWriter out) {
        out.println("version        " + status.version());
        out.println("pid            " + status.pid());
        out.println("uptime         " + uptime(Duration.ofSeconds(status.uptimeSeconds())));
        out.println("workers        " + status.workers());
        out.println("ring           " + status.ring());
        out.println("configuration  " + status.configuration());
        out.println(
                "VIPs           "
                        + (status.vips().isEmpty() ? "none" : String.join(" ", status.vips())));
    }

    private static String uptime(Duration time) {
        return String.format(
                Locale.ROOT,
                "%d d %02d:%02d:%02d",
                time.toDays(),
                time.toHoursPart(),
                time.toMinutesPart(),
                time.toSecondsPart());
    }
}
