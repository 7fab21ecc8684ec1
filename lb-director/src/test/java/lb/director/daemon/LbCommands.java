package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lb.director.Main;

/** Commands for a running director, in this process. One thread. */
final class LbCommands {
    private final Path control;
    private String lastError = "";

    LbCommands(Path control) {
        this.control = control;
    }

    /** What a command prints that works. */
    String run(String... words) {
        StringWriter out = new StringWriter();
        assertThat(execute(out, words)).as(String.join(" ", words) + ": " + lastError).isZero();
        return out.toString();
    }

    /** What a command says that ends with a code. */
    String fail(int code, String... words) {
        StringWriter out = new StringWriter();
        assertThat(execute(out, words)).as(lastError).isEqualTo(code);
        assertThat(out.toString()).isEmpty();
        return lastError;
    }

    /** What the last command wrote on standard error. */
    String lastError() {
        return lastError;
    }

    private int execute(StringWriter out, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--control", control.toString()));
        StringWriter err = new StringWriter();
        int code =
                Main.commandLine()
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err))
                        .execute(all.toArray(String[]::new));
        lastError = err.toString();
        return code;
    }
}
