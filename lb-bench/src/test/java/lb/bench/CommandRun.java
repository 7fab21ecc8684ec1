package lb.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A benchmark's command, run inside the test's JVM, with all that it prints. Of one test. */
public final class CommandRun {
    /** The command's own entry. */
    @FunctionalInterface
    public interface Command {
        /** Runs it; its exit code. */
        int run(List<String> words, PrintStream out, PrintStream err);
    }

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final int exitCode;

    private CommandRun(Command command, List<String> words) {
        exitCode =
                command.run(
                        words,
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    /** Runs to the end. */
    public static CommandRun of(Command command, String... words) {
        return new CommandRun(command, List.of(words));
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

    /** Fails unless it ended with 2, a complaint and its usage. */
    public void refused(String complaint, String command) {
        assertThat(exitCode).as(printed() + complaints()).isEqualTo(2);
        assertThat(complaints()).contains(command + ": " + complaint).contains("usage: " + command);
    }

    /** Its exit code. */
    public int exitCode() {
        return exitCode;
    }

    /** Standard output. */
    public String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Standard error. */
    public String complaints() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
