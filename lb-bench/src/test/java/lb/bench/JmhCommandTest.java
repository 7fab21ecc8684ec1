package lb.bench;

import static org.assertj.core.api.Assertions.assertThat;

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

class JmhCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        return JmhCommand.run(
                List.of(arguments),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @Test
    void aQuickRunPrintsATableAndWritesTheSameFiguresAsJson(@TempDir Path folder)
            throws IOException {
        Path file = folder.resolve("new/results.json");
        assertThat(run("--quick", "--out", file.toString(), "-p", "keepTimeToLive=true", "Rewrite"))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("| Rewrite.rewrite | keepTimeToLive=true |")
                .contains("written to " + file);
        JsonNode root = new ObjectMapper().readTree(file.toFile());
        assertThat(root.at("/machine/cores").asInt()).isPositive();
        assertThat(root.at("/results")).hasSize(1);
        JsonNode result = root.at("/results/0");
        assertThat(result.path("benchmark").asText()).isEqualTo("Rewrite.rewrite");
        assertThat(result.path("median").asDouble())
                .isBetween(result.path("least").asDouble(), result.path("most").asDouble());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --fast      | unknown option '--fast'
                    --out       | --out needs a value
                    -p x        | -p needs NAME=VALUE, not 'x'
                    A B         | one pattern at most, but there are 'A' and 'B'
                    [           | '[' is no regular expression
                    NoSuchThing | no benchmark matches 'NoSuchThing'
                    """)
    void wrongArgumentsAreNamedAndTheUsageIsShown(String words, String complaint) {
        assertThat(run(words.split(" "))).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains(complaint)
                .contains("usage: lb bench jmh");
    }
}
