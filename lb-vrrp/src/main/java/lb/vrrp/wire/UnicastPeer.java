package lb.vrrp.wire;

import lb.core.wire.IpAddress;

/**
 * A router that adverts go to and come from one by one, where multicast does not reach. Immutable;
 * any thread.
 *
 * @param address where it listens
 * @param minTtl the smallest TTL or hop limit accepted from it, 0 to 255
 * @param maxTtl the largest, {@code minTtl} to 255
 */
public record UnicastPeer(IpAddress address, int minTtl, int maxTtl) {
    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if the address is multicast or the TTLs are no range
     */
    public UnicastPeer {
        if (AddressBits.isMulticast(address)) {
            throw new IllegalArgumentException(
                    "unicast_peer " + address + ": is a multicast address");
        }
        if (minTtl < 0 || maxTtl > 255 || minTtl > maxTtl) {
            throw new IllegalArgumentException(
                    "unicast_peer "
                            + address
                            + ": min_ttl "
                            + minTtl
                            + " and max_ttl "
                            + maxTtl
                            + " must be a range within 0 to 255");
        }
    }

    /** A peer whose TTL is not looked at: routed adverts lose hops. */
    public static UnicastPeer of(IpAddress address) {
        return new UnicastPeer(address, 0, 255);
    }
}
