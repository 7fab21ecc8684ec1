package lb.bench.scale;

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

class ScaleCommandTest {
    @Test
    void eachSizeIsMeasuredInAJvmOfItsOwn(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("new/scale.json");
        CommandRun run =
                CommandRun.of(
                        "scale",
                        "--services",
                        "10,100",
                        "--real-servers",
                        "3",
                        "--connections",
                        "20000",
                        "--samples",
                        "2",
                        "--json",
                        file.toString());
        assertThat(run.ended().printed())
                .contains("| 100 services of 3, 20,000 connections, frame |");
        JsonNode results = new ObjectMapper().readTree(file.toFile()).path("results");
        assertThat(results).hasSize(4);
        for (JsonNode result : results) {
            boolean heap = result.path("unit").asText().equals("B");
            assertThat(result.path("samples")).hasSize(heap ? 1 : 2);
            assertThat(result.path("median").asDouble())
                    .as(result.toString())
                    .isBetween(heap ? 100.0 : 1.0, heap ? 1_000.0 : 1e6);
        }
    }

    @Test
    void withoutArgumentsEachNumberIsTakenFromLeastToMost() {
        assertThat(Scale.sweep())
                .doesNotHaveDuplicates()
                .contains(
                        new Scale(10, 10, 1_000),
                        new Scale(10, 10, 10_000_000),
                        new Scale(1000, 10, 100_000),
                        new Scale(10, 1000, 100_000),
                        new Scale(1000, 1000, 10_000_000));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --services 0          | --services needs a whole number from 1 to 1000, not '0'
                    --real-servers 1,1001 | --real-servers needs a whole number from 1 to 1000, not '1001'
                    --connections 999     | --connections needs a whole number from 1000 to 10000000, not '999'
                    --rounds 5            | Unknown options: '--rounds', '5'
                    """)
    void wrongArgumentsAreNamed(String words, String complaint) {
        CommandRun.of(("scale " + words).split(" ")).refused(complaint, "lb bench scale");
    }
}
