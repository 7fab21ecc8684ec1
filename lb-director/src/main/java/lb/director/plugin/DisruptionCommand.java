package lb.director.plugin;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import lb.core.service.SchedulerKind;
import lb.core.service.SchedulerRegistry;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lb scheduler disruption}: who moves when a real server leaves; asks no director. */
@Command(
        mixinStandardHelpOptions = true,
        sortOptions = false,
        name = "disruption",
        description = {
            "Computes how many clients get another real server when one of N leaves, for each",
            "scheduler that chooses by client. Needs no running director."
        },
        footer = {
            "",
            "moved: of all clients, mean; needless: those whose real server stayed; worst: the leaver that moved most;",
            "shares: clients of the lightest and the heaviest real server, 1 = exactly its part.",
            "",
            "Example:  lb scheduler disruption --real-servers 10"
        })
public final class DisruptionCommand implements Callable<Integer> {
    private static final int MOST_REAL_SERVERS = 1_000;
    private static final int MOST_CLIENTS = 10_000_000;

    @Option(
            names = "--real-servers",
            paramLabel = "N",
            description = "2 to 1000 (default: ${DEFAULT-VALUE})")
    private int realServers = 10;

    @Option(
            names = "--scheduler",
            paramLabel = "NAME",
            description = "only this one; may be repeated")
    private List<String> only = List.of();

    @Option(
            names = "--flag",
            paramLabel = "FLAG",
            description = "a flag of the scheduler, such as table-size=65537; with one --scheduler")
    private List<String> flags = List.of();

    @Option(
            names = "--clients",
            paramLabel = "K",
            description = "client addresses to try, 1000 to 10000000 (default: ${DEFAULT-VALUE})")
    private int clients = 100_000;

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description = "where jars with further schedulers are (default: ${DEFAULT-VALUE})")
    private Path plugins = Path.of(Schedulers.DEFAULT_FOLDER);

    @Spec private @Nullable CommandSpec spec;

    /** A scheduler with flags. */
    private record Candidate(String name, Set<String> flags) {
        String text() {
            return flags.isEmpty() ? name : name + " " + String.join(" ", flags);
        }
    }

    @Override
    public Integer call() {
        require(
                realServers >= 2 && realServers <= MOST_REAL_SERVERS,
                "--real-servers " + realServers + " is not in 2..1000");
        require(
                clients >= 1_000 && clients <= MOST_CLIENTS,
                "--clients " + clients + " is not in 1000..10000000");
        require(
                flags.isEmpty() || only.size() == 1,
                "--flag needs exactly one --scheduler, to which it belongs");
        SchedulerRegistry registry = Schedulers.in(plugins).registry();
        PrintWriter out = command().getOut();
        List<Candidate> candidates = candidates(registry);
        out.printf(
                Locale.ROOT,
                "one of %d leaves; ideal: %.2f %% move, 0 needless%n",
                realServers,
                100.0 / realServers);
        out.printf("%-28s %8s %9s %8s  %s%n", "Scheduler", "moved", "needless", "worst", "shares");
        for (Candidate candidate : candidates) {
            out.println(line(candidate, registry));
        }
        return 0;
    }

    private List<Candidate> candidates(SchedulerRegistry registry) {
        List<Candidate> candidates = new ArrayList<>();
        for (String name : only) {
            try {
                SchedulerKind kind = registry.require(name, Set.copyOf(flags));
                require(kind.keyed(), "--scheduler " + name + " does not choose by client");
            } catch (IllegalArgumentException e) {
                require(false, String.valueOf(e.getMessage()));
            }
            candidates.add(new Candidate(name, Set.copyOf(flags)));
        }
        if (only.isEmpty()) {
            for (SchedulerKind kind : registry.kinds()) {
                if (kind.keyed() && !kind.name().equals("dh")) {
                    candidates.add(new Candidate(kind.name(), Set.of()));
                }
            }
            candidates.add(new Candidate("mh", Set.of("table-size=65537")));
            candidates.add(new Candidate("mh", Set.of("table-size=655373")));
        }
        return candidates;
    }

    private String line(Candidate candidate, SchedulerRegistry registry) {
        try {
            Disruption found =
                    Disruption.measure(
                            registry, candidate.name(), candidate.flags(), realServers, clients);
            return String.format(
                    Locale.ROOT,
                    "%-28s %6.2f %% %7.2f %% %6.2f %%  %.2f to %.2f",
                    candidate.text(),
                    100 * found.moved(),
                    100 * found.needless(),
                    100 * found.worst(),
                    found.lightest(),
                    found.heaviest());
        } catch (IllegalArgumentException e) {
            return String.format(Locale.ROOT, "%-28s %s", candidate.text(), e.getMessage());
        }
    }

    private CommandLine command() {
        return Objects.requireNonNull(spec, "picocli gives it").commandLine();
    }

    private void require(boolean condition, String message) {
        if (!condition) {
            throw new CommandLine.ParameterException(command(), message);
        }
    }
}
