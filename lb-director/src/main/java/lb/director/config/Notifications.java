package lb.director.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who is told of what happens. Immutable.
 *
 * @param instances by name; one that tells nobody may be missing
 * @param groups by name, in the same way
 * @param startup run to its end before anything else is done
 * @param shutdown run when all else is done
 */
public record Notifications(
        Map<String, NotifyScripts> instances,
        Map<String, NotifyScripts> groups,
        List<FifoEntry> fifos,
        Optional<TimedScript> startup,
        Optional<TimedScript> shutdown) {

    /** Nobody. */
    public static final Notifications NONE =
            new Notifications(Map.of(), Map.of(), List.of(), Optional.empty(), Optional.empty());

    /**
     * A script that is waited for.
     *
     * @param timeoutSeconds 1 to 1000
     */
    public record TimedScript(ScriptEntry script, int timeoutSeconds) {}

    public Notifications {
        instances = Map.copyOf(instances);
        groups = Map.copyOf(groups);
        fifos = List.copyOf(fifos);
    }
}
