package lb.director.control;

import org.jspecify.annotations.Nullable;

/**
 * The way to one real server on layer 2. Immutable; any thread.
 *
 * @param realServer its address
 * @param interfaceName the way out, or null without a route
 * @param nextHop whose MAC address is used: the real server's own address or a gateway's; null
 *     without a route
 * @param mac that MAC address, or null while it is not known
 * @param state in a word or a few, such as {@code reachable}, or why there is no MAC address
 */
public record NeighbourReport(
        String realServer,
        @Nullable String interfaceName,
        @Nullable String nextHop,
        @Nullable String mac,
        String state) {}
