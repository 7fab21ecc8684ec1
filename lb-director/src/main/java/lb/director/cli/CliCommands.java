package lb.director.cli;

import java.io.PrintWriter;
import java.util.List;
import lb.director.control.ControlException;
import lb.director.control.NoDirectorException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The commands of this package, and how all commands tell of errors. Stateless; any thread. */
public final class CliCommands {
    private static final Logger LOG = LoggerFactory.getLogger(CliCommands.class);

    private CliCommands() {}

    /** New picocli command objects, to be added to {@code lb}. */
    public static List<Object> all() {
        return List.of(
                new ServicesCommand(),
                new ConnectionsCommand(),
                new SchedulerCommand(),
                new StatsCommand(),
                new DrainCommand(),
                new UndrainCommand(),
                new WeightCommand(),
                new AddCommand(),
                new RemoveCommand(),
                new OverridesCommand(),
                new ZeroCommand(),
                IpvsadmCommand.commandLine(),
                new NeighboursCommand(),
                new VrrpCommand(),
                new StatusCommand(),
                new VersionCommand());
    }

    /**
     * Has errors told as one line {@code lb: …} each, by every command under {@code lb}: call it
     * when all are added.
     */
    public static CommandLine withOneLineErrors(CommandLine lb) {
        return lb.setExecutionExceptionHandler(CliCommands::onFailure)
                .setParameterExceptionHandler(CliCommands::onWrongOptions);
    }

    private static int onFailure(Exception failure, CommandLine command, ParseResult parsed) {
        LOG.debug("{} failed", command.getCommandName(), failure);
        String message = failure instanceof ControlException ? failure.getMessage() : null;
        print(command.getErr(), message == null ? failure.toString() : message);
        return failure instanceof NoDirectorException ? ExitCode.NO_DIRECTOR : ExitCode.FAILED;
    }

    private static int onWrongOptions(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        print(
                command.getErr(),
                failure.getMessage()
                        + "; see "
                        + command.getCommandSpec().qualifiedName()
                        + " --help");
        return ExitCode.USAGE;
    }

    private static void print(PrintWriter err, String message) {
        err.println("lb: " + message.replaceAll("\\R+", " "));
        err.flush();
    }
}
