package lb.core.service;

import lb.core.wire.IpAddress;

/**
 * How long, and for how large a network of clients, a choice lasts. Immutable; any thread.
 *
 * @param timeoutSeconds since the last new connection; 0 = no persistence
 * @param prefixLength leading bits of the client's address that count: 0 to 32 for IPv4, 0 to 128
 *     for IPv6
 */
public record Persistence(int timeoutSeconds, int prefixLength) {
    /** No persistence. */
    public static final Persistence NONE = new Persistence(0, 128);

    /** Checks the ranges. */
    public Persistence {
        if (timeoutSeconds < 0 || prefixLength < 0 || prefixLength > 128) {
            throw new IllegalArgumentException(
                    "persistence of "
                            + timeoutSeconds
                            + " s for /"
                            + prefixLength
                            + " is out of range");
        }
    }

    /** Whether there is any. */
    public boolean isOn() {
        return timeoutSeconds > 0;
    }

    /** The upper half of the network that {@code address} belongs to. */
    public long networkHigh(long high, long low) {
        return high & mask(bits(high, low));
    }

    /** The lower half of the network that the address belongs to; IPv4 stays in its mapped form. */
    public long networkLow(long high, long low) {
        return low & mask(bits(high, low) - 64);
    }

    /** Leading bits of the 128 that count; an IPv4 address has 96 in front of its own. */
    private int bits(long high, long low) {
        return IpAddress.isIpv4(high, low) ? 96 + Math.min(prefixLength, 32) : prefixLength;
    }

    /** A number whose leading {@code bits} are 1; none for 0 or less, all for 64 or more. */
    static long mask(int bits) {
        if (bits <= 0) {
            return 0;
        }
        return bits >= 64 ? -1L : -1L << (64 - bits);
    }
}
