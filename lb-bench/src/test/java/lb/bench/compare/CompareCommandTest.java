package lb.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import lb.bench.CommandRun;
import lb.bench.Measure;
import lb.bench.ResultFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompareCommandTest {
    private static final Path RESULTS = Path.of("results");

    @TempDir private Path folder;

    private Path file(String name, Measure... measures) throws IOException {
        Path file = folder.resolve(name);
        ResultFile.write(file, "cps", Map.of(), List.of(measures), Map.of());
        return file;
    }

    private static Measure rate(double... samples) {
        return measure("rate", true, samples);
    }

    private static Measure time(double... samples) {
        return measure("time", false, samples);
    }

    private static Measure measure(String name, boolean moreIsBetter, double... samples) {
        List<Double> all = new ArrayList<>();
        for (double sample : samples) {
            all.add(sample);
        }
        return new Measure(name, "x", moreIsBetter, all);
    }

    private static CommandRun compare(Path first, Path second, String... options) {
        List<String> words = new ArrayList<>(List.of("compare"));
        words.addAll(List.of(options));
        words.add(first.toString());
        words.add(second.toString());
        return CommandRun.of(words.toArray(String[]::new));
    }

    @Test
    void aRateThatFallsAndATimeThatGrowsAreWorse() throws IOException {
        Path first = file("a", rate(100, 101, 102), time(100, 101, 102));
        Path second = file("b", rate(80, 81, 82), time(120, 121, 122));
        CommandRun run = compare(first, second);
        assertThat(run.ended().printed())
                .contains(
                        "| rate | 101.0 (100.5 to 101.5) | 81.0 (80.5 to 81.5) | x | -19.8 | **worse** |")
                .contains("| +19.8 | **worse** |")
                .contains("2 compared: 2 worse, 0 better");
        assertThat(compare(first, second, "--fail").exitCode()).isEqualTo(1);
        assertThat(compare(second, first, "--fail").ended().printed())
                .contains("2 compared: 0 worse, 2 better");
    }

    @Test
    void whatOverlapsIsNoiseHoweverFarTheMedianMoves() throws IOException {
        Path first = file("a", time(100, 200, 300, 400, 500));
        Path second = file("b", time(350, 380, 390, 420, 600));
        assertThat(compare(first, second, "--fail").ended().printed())
                .contains("0 worse, 0 better");
    }

    @Test
    void oneFarSampleDoesNotHideThatAllOthersAreWorse() throws IOException {
        Path first = file("a", time(100, 100, 101, 102, 900));
        Path second = file("b", time(150, 150, 151, 152, 153));
        assertThat(compare(first, second).printed()).contains("1 worse");
    }

    @Test
    void aSmallMoveIsNoiseHoweverSteadyTheSamplesAre() throws IOException {
        Path first = file("a", time(100));
        Path second = file("b", time(104));
        assertThat(compare(first, second).printed()).contains("0 worse");
        assertThat(compare(first, second, "--noise", "3").printed()).contains("1 worse");
    }

    @Test
    void whatOnlyOneFileHasIsNamed() throws IOException {
        Path first = file("a", rate(1), time(1));
        Path second = file("b", rate(1), measure("other", false, 1));
        assertThat(compare(first, second).ended().printed())
                .contains("only the first has time", "only the second has other");
    }

    @ParameterizedTest
    @CsvSource({
        "jmh-2026-11-21-busy.json,jmh-2026-11-22-quiet.json,EstablishedFrame.frame connections=1000",
        "pps-2026-11-22-quiet.json,pps-2026-11-22-quiet-auto.json,lb-v2",
    })
    void recordedResultsOfEitherShapeAreRead(String first, String second, String name) {
        CommandRun run = compare(RESULTS.resolve(first), RESULTS.resolve(second));
        assertThat(run.ended().printed()).contains("| " + name);
    }

    @Test
    void resultsOfFailoverAreRead() throws IOException {
        Path file = folder.resolve("failover.json");
        Files.writeString(
                file,
                """
                {"unit": "ms", "results": [{"intervalSeconds": 0.1, "survivor": "lb",
                  "silence": {"median": 300.5, "least": 300.1, "most": 301.0}}]}
                """);
        assertThat(compare(file, file).ended().printed())
                .contains("| lb at 0.1 s, silence | 300.5 (300.1 to 301.0)");
    }

    @Test
    void whatIsNoFileOfResultsIsRefusedByName() throws IOException {
        Path good = file("a", rate(1));
        Path text = Files.writeString(folder.resolve("text"), "hello");
        Path empty = Files.writeString(folder.resolve("empty"), "{}");
        Path other = folder.resolve("other");
        ResultFile.write(other, "scale", Map.of(), List.of(rate(1)), Map.of());
        assertFails(compare(good, folder.resolve("none")), "there is no file " + folder);
        assertFails(compare(good, text), text + " is no JSON");
        assertFails(compare(good, empty), empty + " has no results of lb bench");
        assertFails(compare(good, other), "the first file is of cps, the second of scale");
        assertFails(compare(good, file("b", time(1))), "no figure in common");
    }

    private static void assertFails(CommandRun run, String complaint) {
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.complaints()).contains("lb bench compare: ").contains(complaint);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    a              | Missing required parameter: 'SECOND'
                    a b c          | Unmatched argument at index 3: 'c'
                    --noise x a b  | Invalid value for option '--noise': 'x' is not an int
                    --noise 1001 a b | --noise needs a whole number from 0 to 1000, not '1001'
                    --fast a b     | Unknown option: '--fast'
                    """)
    void wrongArgumentsAreNamed(String words, String complaint) {
        CommandRun.of(("compare " + words).split(" ")).refused(complaint, "lb bench compare");
    }
}
