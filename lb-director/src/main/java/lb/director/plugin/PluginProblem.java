package lb.director.plugin;

import java.nio.file.Path;

/**
 * A jar, or the folder, that is not used. Immutable; any thread.
 *
 * @param reason one line, for the operator
 */
public record PluginProblem(Path path, String reason) {
    @Override
    public String toString() {
        return path + ": " + reason;
    }
}
