package lb.vrrp.speaker;

import java.util.Map;
import java.util.Set;

/**
 * Whoever knows what trackers find. The speaker asks when an instance starts or changes, and
 * whenever {@link Speaker#reconsider} was called. Any thread.
 */
@FunctionalInterface
public interface Standings {
    /** How an instance stands now; must neither block nor throw. */
    Standing of(VrrpInstance instance);

    /** The interfaces that it wants to hear of, beside those of the instances. */
    default Set<String> interfaces() {
        return Set.of();
    }

    /**
     * Hears how interfaces stand, before the speaker asks; called on the thread {@code
     * lb-vrrp-links}, and at the start on the one that starts the speaker.
     *
     * @param up all that are watched, by name: whether frames can pass
     */
    default void onLinks(Map<String, Boolean> up) {}
}
