package lb.bench.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailoverCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        return FailoverCommand.run(
                List.of(arguments),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @Test
    void aShortRunMeasuresBothSurvivorsAgainstTheory(@TempDir Path folder) throws IOException {
        boolean root = "root".equals(System.getProperty("user.name"));
        assumeTrue(root || "true".equals(System.getenv("CI")), "namespaces need root");
        Path file = folder.resolve("new/failover.json");

        assertThat(run("--intervals", "0.2", "--runs", "1", "--json", file.toString()))
                .as("%s", err)
                .isZero();

        assertThat(out.toString(StandardCharsets.UTF_8))
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
                    --fast               | unknown option '--fast'
                    --json               | --json needs a value
                    --runs 0             | --runs needs a whole number from 1 to 1000, not '0'
                    --runs x             | --runs needs a whole number from 1 to 1000, not 'x'
                    --intervals 0.005    | --intervals needs seconds from 0.01 to 40.95 in hundredths, not '0.005'
                    --intervals 1,41     | --intervals needs seconds from 0.01 to 40.95 in hundredths, not '41'
                    --intervals 1,       | --intervals needs seconds from 0.01 to 40.95 in hundredths, not ''
                    --survivors lb,frr   | --survivors knows lb and keepalived, not 'frr'
                    """)
    void wrongArgumentsAreNamedAndTheUsageIsShown(String words, String complaint) {
        assertThat(run(words.split(" "))).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains(complaint)
                .contains("usage: lb bench failover");
    }
}
