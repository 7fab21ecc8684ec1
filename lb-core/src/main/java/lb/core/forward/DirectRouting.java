package lb.core.forward;

import lb.core.service.NextHop;
import lb.core.wire.Ethernet;
import lb.core.wire.Ipv4;
import lb.core.wire.Ipv6;
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

    /** Takes one hop off the packet, in place, unless the time to live is kept. */
    public void takeHop(Packet packet) {
        if (keepTimeToLive) {
            return;
        }
        if (packet.isIpv4()) {
            Ipv4.decrementTimeToLive(packet.ip());
        } else {
            Ipv6.decrementHopLimit(packet.ip());
        }
    }

    /** Writes the MAC addresses, in place. */
    public void readdress(long frame, NextHop next) {
        Ethernet.putDestination(frame, next.mac());
        if (!preserveSource) {
            Ethernet.putSource(frame, next.sourceMac());
        }
    }
}
