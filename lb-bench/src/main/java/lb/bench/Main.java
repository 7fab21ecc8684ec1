package lb.bench;

import java.util.List;
import lb.bench.compare.CompareCommand;
import lb.bench.cps.CpsCommand;
import lb.bench.failover.FailoverCommand;
import lb.bench.goodput.GoodputCommand;
import lb.bench.latency.LatencyCommand;
import lb.bench.pps.PpsCommand;
import lb.bench.scale.ScaleCommand;

/** The command {@code lb bench}: hands over to what is to be measured. */
public final class Main {
    private static final int USAGE = 2;
    private static final String TEXT =
            """
            usage: lb bench jmh …       time and garbage of each step of the frame path
                   lb bench pps …       packets per second of the running director beside its peers
                   lb bench latency …   how long requests take through it, beside nftables and the direct path
                   lb bench goodput …   bulk TCP through it, beside the same
                   lb bench cps …       new TCP connections per second through it
                   lb bench scale …     time per frame and heap by services, real servers and connections
                   lb bench failover …  how long a VIP is nobody's, with lb and keepalived as survivors
                   lb bench compare …   what got slower between two files of results
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
            case "latency" -> LatencyCommand.run(rest, System.out, System.err);
            case "goodput" -> GoodputCommand.run(rest, System.out, System.err);
            case "cps" -> CpsCommand.run(rest, System.out, System.err);
            case "scale" -> ScaleCommand.run(rest, System.out, System.err);
            case "compare" -> CompareCommand.run(rest, System.out, System.err);
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
