package lb.bench;

import java.util.List;
import lb.bench.failover.FailoverCommand;
import lb.bench.pps.PpsCommand;

/** The command {@code lb bench}: hands over to what is to be measured. */
public final class Main {
    private static final int USAGE = 2;
    private static final String TEXT =
            """
            usage: lb bench jmh …   time and garbage of each step of the frame path
                   lb bench pps …   packets per second of the running director beside its peers
                   lb bench failover …   how long a VIP is nobody's, with lb and keepalived as survivors
            lb bench COMMAND --help says more.\
            """;

    private Main() {}

    /** Runs one benchmark and exits with its code. */
    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments)));
    }

    private static int run(List<String> words) {
        String command = words.isEmpty() ? "" : words.getFirst();
        List<String> rest = words.isEmpty() ? words : words.subList(1, words.size());
        return switch (command) {
            case "jmh" -> JmhCommand.run(rest, System.out, System.err);
            case "pps" -> PpsCommand.run(rest, System.out, System.err);
            case "failover" -> FailoverCommand.run(rest, System.out, System.err);
            case "-h", "--help" -> {
                System.out.println(TEXT);
                yield 0;
            }
            default -> {
                System.err.println(
                        command.isEmpty()
                                ? "lb bench: what is to be measured?"
                                : "lb bench: there is no benchmark '" + command + "'");
                System.err.println(TEXT);
                yield USAGE;
            }
        };
    }
}
