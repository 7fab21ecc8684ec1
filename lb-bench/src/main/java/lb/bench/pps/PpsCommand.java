package lb.bench.pps;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import lb.bench.Choice;
import lb.bench.Root;
import lb.bench.Within;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lb bench pps}: measures, prints tables and writes JSON. */
@Command(
        name = "pps",
        sortOptions = false,
        description = "Packets per second of the running director beside its peers.",
        footer = {"", "Needs root: builds network namespaces, and sends nothing outside them."})
public final class PpsCommand implements Callable<Integer> {
    private static final int FLOWS_MAX = 10_000_000;
    private static final int RATE_MAX = 2_000_000;
    private static final int SECONDS_MAX = 60;
    private static final int ROUNDS_MAX = 100;

    /** The names of all forwarders, for the help. */
    private static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Forwarders.NAMES.iterator();
        }
    }

    /** The name of a forwarder as it is typed. */
    private static final class Name implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            return Choice.of(Forwarders.NAMES, text);
        }
    }

    @Within(most = FLOWS_MAX)
    @Option(
            names = "--flows",
            paramLabel = "N",
            description = "Client flows, 1 to 10 million (default: ${DEFAULT-VALUE}).")
    private int flows = 100_000;

    @Within(least = 0, most = RATE_MAX)
    @Option(
            names = "--rate",
            paramLabel = "N",
            description =
                    "Frames offered a second, evenly, 0 to 2 million; 0 shows what an idle forwarder costs"
                            + " (as many as can be).")
    private int rate = PpsArguments.FULL_RATE;

    @Option(
            names = "--pattern",
            paramLabel = "P",
            description = {
                "What is sent (default: ${DEFAULT-VALUE}):",
                "established: ACKs of these flows,",
                "mixed: the same of 60, 594 and 1514 bytes by 7 to 4 to 1,",
                "new: ACKs from random addresses and ports, connections all,",
                "syn: SYNs from random addresses and ports, a flood."
            })
    private Pattern pattern = Pattern.ESTABLISHED;

    @Option(names = "--ipv6", description = "Frames of IPv6, 74 bytes at the least.")
    private boolean ipv6;

    @Option(
            names = "--one-armed",
            description = "The director has one interface, on a switch, instead of two.")
    private boolean oneArmed;

    @Within(most = SECONDS_MAX)
    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "Measured in each round, 1 to 60 (default: ${DEFAULT-VALUE}).")
    private int seconds = 2;

    @Within(most = SECONDS_MAX)
    @Option(
            names = "--warm-up",
            paramLabel = "N",
            description = "Seconds before that for lb's JVM, 1 to 60 (default: ${DEFAULT-VALUE}).")
    private int warmUpSeconds = 8;

    @Within(most = ROUNDS_MAX)
    @Option(
            names = "--rounds",
            paramLabel = "N",
            description =
                    "Of all forwarders, one after the other, 1 to 100 (default: ${DEFAULT-VALUE}).")
    private int rounds = 5;

    @Option(
            names = "--forwarders",
            paramLabel = "A",
            split = ",",
            converter = Name.class,
            completionCandidates = Names.class,
            description = "Of ${COMPLETION-CANDIDATES} (all that are installed).")
    private List<String> forwarders = Forwarders.NAMES;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Writes everything that was measured to FILE.")
    private @Nullable Path json;

    @Option(names = "--install", description = "Gets missing peers from Debian.")
    private boolean install;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Root.require(spec);
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (install && !Programs.install(Forwarders.PACKAGES)) {
            err.println(
                    "lb bench pps: apt-get could not install "
                            + String.join(" ", Forwarders.PACKAGES)
                            + "; going on without");
        }
        PpsArguments arguments =
                new PpsArguments(
                        flows,
                        rate,
                        seconds,
                        warmUpSeconds,
                        rounds,
                        pattern,
                        "mh",
                        oneArmed,
                        ipv6,
                        forwarders);
        PpsResults results = new PpsRun(arguments, Cores.choose(), err::println).run();
        out.print(PpsReport.text(results));
        if (json != null) {
            PpsReport.write(results, json);
            out.println("written to " + json);
        }
        return 0;
    }
}
