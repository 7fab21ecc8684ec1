package lb.director;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import lb.director.control.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class MainTest {
    /** Every command there is, as it is typed behind lb. */
    static Stream<String> commands() {
        List<String> names = new ArrayList<>();
        collect("", Main.commandLine(), names);
        return names.stream();
    }

    private static void collect(String above, CommandLine command, List<String> names) {
        command.getSubcommands()
                .forEach((name, sub) -> {
                    names.add((above + " " + name).strip());
                    collect(above + " " + name, sub, names);
                });
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHasAHelp(String command) {
        assertThat(printed((command + " --help").split(" ")))
                .startsWith("Usage: lb " + command)
                .doesNotContain("${");
    }

    @Test
    void theVersionIsTold() {
        assertThat(printed("--version")).isEqualTo("lb " + Version.current() + "\n");
        assertThat(printed("run", "-V")).isEqualTo("lb " + Version.current() + "\n");
    }

    private static String printed(String... words) {
        StringWriter out = new StringWriter();
        CommandLine lb = Main.commandLine().setOut(new PrintWriter(out));
        assertThat(lb.execute(words)).as(String.join(" ", words)).isZero();
        return out.toString();
    }
}
