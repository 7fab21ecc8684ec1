package lb.bench.compare;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import lb.bench.Within;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lb bench compare}: reads two files and prints what has changed. */
@Command(
        name = "compare",
        sortOptions = false,
        description = "What got slower between two files of results.",
        footer = {
            "",
            "Worse or better is what has moved by more than --noise, and by so much that the samples"
                    + " of both files (their middle half, where the file tells it) no longer overlap."
        })
public final class CompareCommand implements Callable<Integer> {
    private static final int NOISE_MAX = 1000;

    @Parameters(index = "0", paramLabel = "FIRST", description = "A file of results.")
    @SuppressWarnings("NullAway.Init") // picocli requires it
    private Path first;

    @Parameters(index = "1", paramLabel = "SECOND", description = "Another, of the same benchmark.")
    @SuppressWarnings("NullAway.Init") // picocli requires it
    private Path second;

    @Within(least = 0, most = NOISE_MAX)
    @Option(
            names = "--noise",
            paramLabel = "PERCENT",
            description = "What a median moves by itself, 0 to 1000 (default: ${DEFAULT-VALUE}).")
    private int noisePercent = 5;

    @Option(names = "--fail", description = "Exit code 1 when something has become worse.")
    private boolean fail;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Results before = Results.read(first);
        Results after = Results.read(second);
        if (!before.kind().equals(after.kind())) {
            throw new IOException(
                    "the first file is of %s, the second of %s: only files of one benchmark can be compared"
                            .formatted(before.kind(), after.kind()));
        }
        PrintWriter err = spec.commandLine().getErr();
        warn("machines", before.machine(), after.machine(), err);
        warn("arguments", before.arguments(), after.arguments(), err);
        Comparison comparison = Comparison.of(before, after, noisePercent);
        if (comparison.rows().isEmpty()) {
            throw new IOException("the files have no figure in common");
        }
        spec.commandLine().getOut().print(comparison.text());
        return fail && comparison.worse() > 0 ? 1 : 0;
    }

    private static void warn(String what, String before, String after, PrintWriter err) {
        if (!before.equals(after)) {
            err.println("lb bench compare: the " + what + " differ: " + before + " and " + after);
        }
    }
}
