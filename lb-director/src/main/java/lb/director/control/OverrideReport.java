package lb.director.control;

import org.jspecify.annotations.Nullable;

/**
 * One thing that differs from the configuration because of a command. Immutable; any thread.
 *
 * @param service such as {@code TCP 10.0.205.100:80}; null for the timeouts
 * @param realServer such as {@code 10.0.205.2:80}; null for what concerns the whole service
 * @param override what the command made of it, such as {@code draining}
 * @param secondsLeft until the deadline; null without one
 */
public record OverrideReport(
        @Nullable String service,
        @Nullable String realServer,
        String override,
        @Nullable Long secondsLeft) {}
