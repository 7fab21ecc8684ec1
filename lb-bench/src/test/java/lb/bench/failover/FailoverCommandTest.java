package lb.bench.failover;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import lb.bench.CommandRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailoverCommandTest {
    @Test
    void aShortRunMeasuresBothSurvivorsAgainstTheory(@TempDir Path folder) throws IOException {
        CommandRun.needsRoot();
        Path file = folder.resolve("new/failover.json");

        CommandRun run =
                CommandRun.of(
                        "failover", "--intervals", "0.2", "--runs", "1", "--json", file.toString());

        assertThat(run.ended().printed())
                .contains("| 0.20 s | lb | 1 | 721.9 |", "| 0.20 s | keepalived | 1 | 721.9 |");
        JsonNode results = new ObjectMapper().readTree(file.toFile()).path("results");
        assertThat(results).hasSize(2);
        for (JsonNode result : results) {
            JsonNode one = result.at("/runs/0");
            // Never before its time; on a busy machine perhaps after it.
            assertThat(one.path("silence").asDouble()).isBetween(719.0, 721.9 + 2_000);
            assertThat(one.path("announcement").asDouble()).isBetween(0.0, 2_000.0);
            assertThat(result.at("/silence/median").asDouble())
                    .isEqualTo(one.path("silence").asDouble());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --fast               | Unknown option: '--fast'
                    --json               | Missing required parameter for option '--json' (FILE)
                    --runs 0             | --runs needs a whole number from 1 to 1000, not '0'
                    --runs x             | Invalid value for option '--runs': 'x' is not an int
                    --intervals 0.005    | needs seconds from 0.01 to 40.95 in hundredths, not '0.005'
                    --intervals 1,41     | needs seconds from 0.01 to 40.95 in hundredths, not '41'
                    --intervals 1,,2     | needs seconds from 0.01 to 40.95 in hundredths, not ''
                    --survivors lb,frr   | expected one of [LB, KEEPALIVED] (case-insensitive) but was 'frr'
                    """)
    void wrongArgumentsAreNamed(String words, String complaint) {
        CommandRun.of(("failover " + words).split(" ")).refused(complaint, "lb bench failover");
    }
}
