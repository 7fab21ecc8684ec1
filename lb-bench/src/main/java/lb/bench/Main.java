package lb.bench;

import java.io.IOException;
import lb.bench.compare.CompareCommand;
import lb.bench.cps.CpsCommand;
import lb.bench.failover.FailoverCommand;
import lb.bench.goodput.GoodputCommand;
import lb.bench.latency.LatencyCommand;
import lb.bench.pps.PpsCommand;
import lb.bench.scale.ScaleCommand;
import lb.director.cli.CliCommands;
import lb.director.lab.LabException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;

/** The command {@code lb bench}: hands over to what is to be measured. */
@Command(
        name = "lb bench",
        description = "Measures lb, for itself and beside others.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "lb bench COMMAND --help says more."},
        subcommands = {
            JmhCommand.class,
            PpsCommand.class,
            LatencyCommand.class,
            GoodputCommand.class,
            CpsCommand.class,
            ScaleCommand.class,
            FailoverCommand.class,
            CompareCommand.class
        })
public final class Main {
    private static final int FAILED = 1;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Print this help.")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    private Main() {}

    /** Runs one benchmark and exits with its code. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /**
     * The whole command line, new. Exit codes: that of the benchmark, 1 when something does not
     * work, 2 when the arguments are wrong.
     */
    public static CommandLine commandLine() {
        return CliCommands.withOneLineErrors(new CommandLine(new Main()))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionStrategy(Main::run)
                .setExecutionExceptionHandler(Main::onFailure);
    }

    private static int run(ParseResult parsed) {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        if (!last.isUsageHelpRequested()) {
            Ranges.check(last);
        }
        try {
            return new RunLast().execute(parsed);
        } finally {
            last.commandSpec().commandLine().getOut().flush();
        }
    }

    private static int onFailure(Exception failure, CommandLine command, ParseResult parsed)
            throws Exception {
        switch (failure) {
            case LabException _, IOException _ ->
                    command.getErr()
                            .println(
                                    command.getCommandSpec().qualifiedName()
                                            + ": "
                                            + failure.getMessage());
            case InterruptedException _ -> Thread.currentThread().interrupt();
            default -> throw failure;
        }
        return FAILED;
    }
}
