package lb.bench.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import lb.bench.CommandRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each benchmark with real sockets, once and briefly: that it works, not how fast it is. */
class PathBenchmarksTest {
    @TempDir private Path folder;

    private CommandRun run(String command, String... further) {
        CommandRun.needsRoot();
        List<String> words =
                new java.util.ArrayList<>(
                        List.of(command, "--rounds", "1", "--seconds", "1", "--warm-up", "1"));
        words.addAll(List.of(further));
        words.addAll(List.of("--json", json().toString()));
        return CommandRun.of(words.toArray(String[]::new));
    }

    private Path json() {
        return folder.resolve("new/results.json");
    }

    private JsonNode results() throws IOException {
        return new ObjectMapper().readTree(json().toFile());
    }

    private void assertAllPositive(String... names) throws IOException {
        JsonNode results = results().path("results");
        assertThat(results.findValuesAsText("name")).containsExactly(names);
        for (JsonNode result : results) {
            assertThat(result.path("median").asDouble()).as(result.toString()).isPositive();
            assertThat(result.path("samples")).hasSize(1);
        }
    }

    @Test
    void latencyIsMeasuredAtEachRateOnEachPathAndPlotted() throws IOException {
        Path html = folder.resolve("new/report.html");
        CommandRun run =
                run(
                        "latency",
                        "--rates",
                        "100,half",
                        "--paths",
                        "lb-v2,nftables",
                        "--html",
                        html.toString());
        assertThat(run.ended().printed())
                .contains("| lb-v2 | 100 |", "| nftables | 100 |")
                .contains("Most with 64 requests under way: lb-v2 ")
                .doesNotContain("Left out");
        JsonNode together = results().path("together");
        assertThat(together).hasSize(4);
        for (JsonNode row : together) {
            JsonNode micros = row.path("micros");
            assertThat(row.path("answered").asLong()).isPositive();
            assertThat(micros.path("p50.0").asDouble()).isPositive();
            assertThat(micros.path("most").asDouble())
                    .isGreaterThanOrEqualTo(micros.path("p99.9").asDouble());
        }
        assertThat(together.path(0).path("sent").asLong()).isEqualTo(100);
        assertThat(Files.readString(html))
                .contains("<h2>100 requests a second</h2>", "Half of what is possible")
                .contains("<polyline", "</html>")
                .doesNotContain("http://", "https://", "NaN");
    }

    @Test
    void goodputIsMeasuredForOneStreamAndForSeveral() throws IOException {
        CommandRun run = run("goodput", "--streams", "1,4", "--paths", "lb-v3,direct");
        assertThat(run.ended().printed())
                .contains("lb-v3, 4 streams: ", " of direct")
                .doesNotContain("Left out");
        assertAllPositive(
                "lb-v3, 1 stream", "direct, 1 stream", "lb-v3, 4 streams", "direct, 4 streams");
    }

    @Test
    void newConnectionsAreCountedWithSocketsAndWithBareSyns() throws IOException {
        CommandRun run = run("cps", "--paths", "lb-v2,direct");
        assertThat(run.ended().printed()).contains("| lb-v2, sockets |").doesNotContain("Left out");
        assertThat(run.complaints()).doesNotContain("failed");
        assertAllPositive("lb-v2, sockets", "direct, sockets", "lb-v2, SYNs");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    --fast             | Unknown option: '--fast'
                    fast               | Unmatched argument at index 1: 'fast'
                    --html             | Missing required parameter for option '--html' (FILE)
                    --rates 0          | needs a whole number from 1 to 1000000 or half, not '0'
                    --rates 100,double | needs a whole number from 1 to 1000000 or half, not 'double'
                    --seconds 61       | --seconds needs a whole number from 1 to 60, not '61'
                    --paths lb-v2,ipvs | expected one of [lb-v2, lb-v3, lb-auto, lb-no-shortcut, nftables, direct] but was 'ipvs'
                    """)
    void wrongArgumentsOfLatencyAreNamed(String words, String complaint) {
        CommandRun.of(("latency " + words).split(" ")).refused(complaint, "lb bench latency");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    --streams 0,1 | --streams needs a whole number from 1 to 1000, not '0'
                    --streams     | Missing required parameter for option '--streams' (N)
                    --rounds 101  | --rounds needs a whole number from 1 to 100, not '101'
                    """)
    void wrongArgumentsOfGoodputAreNamed(String words, String complaint) {
        CommandRun.of(("goodput " + words).split(" ")).refused(complaint, "lb bench goodput");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    --streams 1 | Unknown options: '--streams', '1'
                    --warm-up 0 | --warm-up needs a whole number from 1 to 60, not '0'
                    """)
    void wrongArgumentsOfCpsAreNamed(String words, String complaint) {
        CommandRun.of(("cps " + words).split(" ")).refused(complaint, "lb bench cps");
    }
}
