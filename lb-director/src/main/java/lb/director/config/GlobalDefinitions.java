package lb.director.config;

import org.jspecify.annotations.Nullable;

/**
 * What {@code global_defs} says. Immutable.
 *
 * @param routerId this director's name; without {@code router_id} the config id (short host name)
 * @param defaultInterface the interface for whatever names none, or null
 */
public record GlobalDefinitions(String routerId, @Nullable String defaultInterface) {}
