package lb.director;

import lb.director.demo.DemoCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program {@code lb}. */
@Command(name = "lb", mixinStandardHelpOptions = true, subcommands = DemoCommand.class)
public final class Main {
    private Main() {}

    /** Runs one subcommand and ends with its exit code. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }
}
