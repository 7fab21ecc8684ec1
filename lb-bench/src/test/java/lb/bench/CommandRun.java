package lb.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.PrintWriter;
import java.io.StringWriter;

/** A command line of {@code lb bench}, run inside the test's JVM, with all that it prints. */
public final class CommandRun {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final int exitCode;

    private CommandRun(String... words) {
        exitCode =
                Main.commandLine()
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err, true))
                        .execute(words);
    }

    /** Runs to the end. */
    public static CommandRun of(String... words) {
        return new CommandRun(words);
    }

    /** Tests with namespaces run as root, and always in CI. */
    public static void needsRoot() {
        boolean root = "root".equals(System.getProperty("user.name"));
        assumeTrue(root || "true".equals(System.getenv("CI")), "namespaces need root");
    }

    /** Fails unless it ended well. */
    public CommandRun ended() {
        assertThat(exitCode).as(complaints()).isZero();
        return this;
    }

    /** Fails unless it ended with 2, one line of complaint and the way to the help. */
    public void refused(String complaint, String command) {
        assertThat(exitCode).as(printed() + complaints()).isEqualTo(2);
        assertThat(complaints())
                .startsWith("lb: ")
                .contains(complaint)
                .endsWith("; see " + command + " --help\n")
                .hasLineCount(1);
    }

    /** Its exit code. */
    public int exitCode() {
        return exitCode;
    }

    /** Standard output. */
    public String printed() {
        return out.toString();
    }

    /** Standard error. */
    public String complaints() {
        return err.toString();
    }
}
