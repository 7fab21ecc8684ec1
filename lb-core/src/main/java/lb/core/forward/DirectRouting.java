package lb.core.forward;

import lb.core.wire.Packet;

/**
 * Direct routing: a frame gets the real server's MAC address, and from the IP header on it stays
 * the client's but for the time to live. Stateless; any thread.
 *
 * @param keepTimeToLive whether even that stays; then nothing ends a loop between two directors
 * @param preserveSource whether the client's source MAC stays; else the frame carries the
 *     director's own, so that no switch learns the client's on the director's port
 */
public record DirectRouting(boolean keepTimeToLive, boolean preserveSource) {
    /** Whether the packet has no hop left. */
    public boolean isExpired(Packet packet) {
        return !keepTimeToLive && packet.timeToLive() <= 1;
    }
}
