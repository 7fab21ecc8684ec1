package lb.director.overrides;

import lb.core.service.Persistence;

/**
 * How long choices last, by command. Immutable; any thread.
 *
 * @param persistence of clients
 * @param onePacket whether each datagram is scheduled for itself
 */
public record Stickiness(Persistence persistence, boolean onePacket) {}
