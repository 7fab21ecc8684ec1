package lb.director;

import java.util.Objects;
import lb.director.cli.CliCommands;
import lb.director.control.Version;
import lb.director.daemon.CheckCommand;
import lb.director.daemon.CleanupCommand;
import lb.director.daemon.RunCommand;
import lb.director.demo.DemoCommand;
import lb.director.plugin.DisruptionCommand;
import lb.director.replay.ReplayCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code lb}: hands over to its subcommands. */
@Command(
        name = "lb",
        description = "A layer-4 load balancer for direct-routing clusters.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "In a checkout, ./lb builds what is not built, and ./lb test [--long] runs the whole build with its tests.",
            "lb COMMAND --help says more."
        },
        subcommands = {
            RunCommand.class,
            CheckCommand.class,
            ReplayCommand.class,
            CleanupCommand.class,
            DemoCommand.class
        })
public final class Main {
    private Main() {}

    /** Runs one command and exits with its code. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The whole command line, new. */
    public static CommandLine commandLine() {
        CommandLine command = new CommandLine(new Main());
        for (Object sub : CliCommands.all()) {
            command.addSubcommand(sub);
        }
        CommandLine scheduler = command.getSubcommands().get("scheduler");
        Objects.requireNonNull(scheduler, "added above").addSubcommand(new DisruptionCommand());
        tellVersion(command);
        return CliCommands.withOneLineErrors(command);
    }

    private static void tellVersion(CommandLine command) {
        command.getCommandSpec().versionProvider(() -> new String[] {"lb " + Version.current()});
        command.getSubcommands().values().forEach(Main::tellVersion);
    }
}
