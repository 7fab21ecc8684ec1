package lb.vrrp.speaker;

import java.util.Set;
import lb.vrrp.automaton.FaultReason;

/**
 * What trackers make of an instance at one moment. Immutable; any thread.
 *
 * @param priority the effective one, 1 to 255
 * @param faults of {@link #REASONS} those that hold
 * @param tracksLink whether it is a fault if the instance's own interface is down
 */
public record Standing(int priority, Set<FaultReason> faults, boolean tracksLink) {
    /** What trackers can find fault with. */
    public static final Set<FaultReason> REASONS =
            Set.of(
                    FaultReason.TRACKED_INTERFACE,
                    FaultReason.TRACKED_SCRIPT,
                    FaultReason.TRACKED_FILE);

    public Standing {
        faults = Set.copyOf(faults);
    }

    /** That of an instance that tracks nothing but its own interface. */
    public static Standing untracked(VrrpInstance instance) {
        return new Standing(instance.router().priority(), Set.of(), true);
    }
}
