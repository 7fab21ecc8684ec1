package lb.bench.compare;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lb.bench.Ending;
import lb.bench.Words;

/** {@code lb bench compare}: reads two files and prints what has changed. Stateless. */
public final class CompareCommand {
    private static final int NOISE_MAX = 1000;
    private static final String USAGE =
            """
            usage: lb bench compare [--noise PERCENT] [--fail] FIRST SECOND
              FIRST, SECOND  files of results, of the same benchmark
              --noise        what a median moves by itself, 0 to 1000 per cent (5)
              --fail         exit code 1 when something has become worse
            Worse or better is what has moved by more than that, and by so much that the samples of both files
            (their middle half, where the file tells it) no longer overlap.\
            """;

    private CompareCommand() {}

    /** What is asked for. Immutable; any thread. */
    private record Arguments(List<Path> files, int noisePercent, boolean fail, boolean help) {
        static Arguments parse(List<String> line) {
            List<Path> files = new ArrayList<>();
            int noisePercent = 5;
            boolean fail = false;
            boolean help = false;
            for (Words words = new Words(line); words.hasNext(); ) {
                String word = words.next();
                switch (word) {
                    case "--noise" -> noisePercent = words.number(word, 0, NOISE_MAX);
                    case "--fail" -> fail = true;
                    case "-h", "--help" -> help = true;
                    default -> {
                        if (word.startsWith("-") || files.size() == 2) {
                            throw Words.unknown(word);
                        }
                        files.add(Path.of(word));
                    }
                }
            }
            if (!help && files.size() < 2) {
                throw new IllegalArgumentException("two files are needed, not " + files.size());
            }
            return new Arguments(files, noisePercent, fail, help);
        }
    }

    /**
     * Runs, and returns the exit code: 0, 1 when a file cannot be read or --fail finds something, 2
     * when the arguments are wrong.
     */
    public static int run(List<String> words, PrintStream out, PrintStream err) {
        return Ending.of(
                "lb bench compare", USAGE, err, () -> run(Arguments.parse(words), out, err));
    }

    private static int run(Arguments arguments, PrintStream out, PrintStream err)
            throws IOException {
        if (arguments.help()) {
            out.println(USAGE);
            return 0;
        }
        Results before = Results.read(arguments.files().getFirst());
        Results after = Results.read(arguments.files().getLast());
        if (!before.kind().equals(after.kind())) {
            throw new IOException(
                    "the first file is of %s, the second of %s: only files of one benchmark can be compared"
                            .formatted(before.kind(), after.kind()));
        }
        warn("machines", before.machine(), after.machine(), err);
        warn("arguments", before.arguments(), after.arguments(), err);
        Comparison comparison = Comparison.of(before, after, arguments.noisePercent());
        if (comparison.rows().isEmpty()) {
            throw new IOException("the files have no figure in common");
        }
        out.print(comparison.text());
        return arguments.fail() && comparison.worse() > 0 ? 1 : 0;
    }

    private static void warn(String what, String before, String after, PrintStream err) {
        if (!before.equals(after)) {
            err.println("lb bench compare: the " + what + " differ: " + before + " and " + after);
        }
    }
}
