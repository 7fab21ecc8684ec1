package lb.bench.pps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is measured is started as what users start. */
class JavaProgramTest {
    private static final Pattern OPTIONS =
            Pattern.compile("^options=\\(\\n(.*?)^\\)", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern COMMENT = Pattern.compile("\\s+# .*");

    @Test
    void itsOptionsAreThoseOfTheLauncher() throws IOException {
        var launcher = OPTIONS.matcher(Files.readString(Path.of("..", "lb")));
        assertThat(launcher.find()).isTrue();
        List<String> words =
                launcher.group(1)
                        .lines()
                        .map(line -> COMMENT.matcher(line).replaceFirst("").strip())
                        .toList();
        assertThat(words).hasSizeGreaterThan(5).isEqualTo(JavaProgram.OPTIONS);
    }
}
