package lb.director.overrides;

import lb.core.service.RealServerDefinition;
import org.jspecify.annotations.Nullable;

/**
 * What commands made of one real server. Immutable; any thread.
 *
 * @param definition in place of the configuration's, or of a real server that it does not have;
 *     null = the configuration's
 * @param weight in place of that definition's; null = that one
 * @param departure whether it is on its way out
 */
public record RealServerOverride(
        @Nullable RealServerDefinition definition, @Nullable Integer weight, Departure departure) {
    /** No override. */
    static final RealServerOverride NONE = new RealServerOverride(null, null, new Departure.None());

    /** A real server as a command described it. */
    static RealServerOverride of(RealServerDefinition definition) {
        return new RealServerOverride(definition, null, new Departure.None());
    }

    RealServerOverride withWeight(int to) {
        return new RealServerOverride(definition, to, departure);
    }

    RealServerOverride departing(Departure how) {
        return new RealServerOverride(definition, weight, how);
    }

    /** Whether it says nothing. */
    boolean isEmpty() {
        return equals(NONE);
    }

    /** Whether the real server is in the service's list. */
    boolean isListed() {
        return departure instanceof Departure.None || departure instanceof Departure.Draining;
    }

    /** What the data plane is to have of it; null where there is nothing to have. */
    @Nullable RealServerDefinition on(@Nullable RealServerDefinition configured) {
        RealServerDefinition wanted = definition == null ? configured : definition;
        if (wanted == null || !isListed()) {
            return null;
        }
        boolean draining = departure instanceof Departure.Draining;
        int now = draining ? 0 : weight == null ? wanted.weight() : weight;
        return new RealServerDefinition(
                wanted.address(),
                wanted.port(),
                now,
                wanted.upperThreshold(),
                wanted.lowerThreshold());
    }
}
