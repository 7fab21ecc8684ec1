package lb.director.config;

import java.util.List;
import java.util.Optional;

/**
 * A command of the operator that passed the checks of {@link ScriptAssembly}. Immutable.
 *
 * @param arguments the program with its whole path, and its arguments
 * @param user who it runs as
 * @param group the group; without one the user's own
 */
public record ScriptEntry(List<String> arguments, String user, Optional<String> group) {
    public ScriptEntry {
        arguments = List.copyOf(arguments);
    }
}
