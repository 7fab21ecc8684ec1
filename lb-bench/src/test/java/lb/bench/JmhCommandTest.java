package lb.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JmhCommandTest {
    private static CommandRun run(List<String> words) {
        List<String> all = new ArrayList<>(List.of("jmh"));
        all.addAll(words);
        return CommandRun.of(all.toArray(String[]::new));
    }

    @Test
    void aQuickRunPrintsATableAndWritesTheSameFiguresAsJson(@TempDir Path folder)
            throws IOException {
        Path file = folder.resolve("new/results.json");
        List<String> words =
                List.of(
                        "--quick",
                        "--out",
                        file.toString(),
                        "-p",
                        "keepTimeToLive=true",
                        "Rewrite");
        assertThat(run(words).ended().printed())
                .contains("| Rewrite.rewrite | keepTimeToLive=true |")
                .contains("written to " + file);
        JsonNode root = new ObjectMapper().readTree(file.toFile());
        assertThat(root.at("/machine/cores").asInt()).isPositive();
        assertThat(root.path("arguments").toString())
                .isEqualTo(new ObjectMapper().writeValueAsString(words));
        assertThat(root.at("/results")).hasSize(1);
        JsonNode result = root.at("/results/0");
        assertThat(result.path("benchmark").asText()).isEqualTo("Rewrite.rewrite");
        assertThat(result.path("median").asDouble())
                .isBetween(result.path("least").asDouble(), result.path("most").asDouble());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    --fast      | Unknown option: '--fast'
                    --out       | Missing required parameter for option '--out' (FILE)
                    -p x        | KEY=VALUE format but was x
                    -p x=       | -p x needs a value
                    A B         | Unmatched argument at index 2: 'B'
                    [           | '[' to Pattern
                    NoSuchThing | no benchmark matches 'NoSuchThing'
                    --jvm -XX:+UseParallelGC NoSuchThing | no benchmark matches 'NoSuchThing'
                    """)
    void wrongArgumentsAreNamed(String words, String complaint) {
        run(List.of(words.split(" "))).refused(complaint, "lb bench jmh");
    }
}
