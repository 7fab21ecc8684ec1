package lb.director.overrides;

import org.jspecify.annotations.Nullable;

/** Whether a real server is on its way out. Immutable; any thread. Times as by nanoTime. */
public sealed interface Departure {
    /** It stays in the service. */
    record None() implements Departure {}

    /**
     * It has weight 0, and is gone from a time on.
     *
     * @param deadlineNanos null = never
     */
    record Draining(@Nullable Long deadlineNanos) implements Departure {}

    /** It is no longer in the service, but what it has open goes on until a time. */
    record Leaving(long deadlineNanos) implements Departure {}

    /** It is no longer in the service. */
    record Gone() implements Departure {}

    /** What has become of it at a time. */
    default Departure at(long nowNanos) {
        Long deadline = deadline();
        return deadline != null && nowNanos - deadline >= 0 ? new Gone() : this;
    }

    /** When it is gone, or null. */
    default @Nullable Long deadline() {
        return switch (this) {
            case Draining draining -> draining.deadlineNanos();
            case Leaving leaving -> (Long) leaving.deadlineNanos();
            case None _, Gone _ -> null;
        };
    }
}
