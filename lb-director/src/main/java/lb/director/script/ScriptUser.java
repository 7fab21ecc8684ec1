package lb.director.script;

import java.util.Optional;

/**
 * Who a script runs as, when lb runs as root; else scripts run as the user that lb runs as, since
 * only root can change the user. Immutable; any thread.
 *
 * @param name the user
 * @param group the group; without one the user's own
 */
public record ScriptUser(String name, Optional<String> group) {
    /** A user with its own group. */
    public static ScriptUser of(String name) {
        return new ScriptUser(name, Optional.empty());
    }
}
