package lb.director.overrides;

import java.util.Set;

/**
 * A scheduler chosen by command. Immutable; any thread.
 *
 * @param name as registered
 * @param flags of it
 */
public record SchedulerChoice(String name, Set<String> flags) {
    /** Copies the flags. */
    public SchedulerChoice {
        flags = Set.copyOf(flags);
    }
}
