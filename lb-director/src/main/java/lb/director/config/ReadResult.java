package lb.director.config;

import java.util.List;
import lb.director.config.syntax.Diagnostic;
import lb.director.config.syntax.Severity;
import org.jspecify.annotations.Nullable;

/**
 * What came out of reading a configuration. Immutable.
 *
 * @param configuration null if there is an error among the diagnostics
 * @param diagnostics in order of place
 */
public record ReadResult(
        @Nullable DirectorConfiguration configuration, List<Diagnostic> diagnostics) {

    public ReadResult {
        diagnostics = List.copyOf(diagnostics);
    }

    /** The errors among the diagnostics. */
    public List<Diagnostic> errors() {
        return diagnostics.stream().filter(d -> d.severity() == Severity.ERROR).toList();
    }

    /**
     * The exit code of {@code lb check}: 0, or 4 if something is wrong or would be left out. What
     * is merely not done yet, or adjusted as keepalived does, does not count.
     */
    public int checkExitCode() {
        return diagnostics.stream().anyMatch(Diagnostic::failsCheck) ? 4 : 0;
    }
}
