package lb.core.service;

import lb.core.wire.IpAddress;

/**
 * All addresses that begin with the same bits. Immutable; any thread.
 *
 * @param address any one of them
 * @param prefixLength leading bits that count: 0 to 32 for IPv4, 0 to 128 for IPv6
 */
public record Network(IpAddress address, int prefixLength) {
    private static final int BITS_BEFORE_IPV4 = 96;

    /** Checks the length. */
    public Network {
        int bits = address.isIpv4() ? 32 : 128;
        if (prefixLength < 0 || prefixLength > bits) {
            throw new IllegalArgumentException(
                    address + "/" + prefixLength + ": the prefix length is not in 0.." + bits);
        }
    }

    /** Whether the address of these halves is one of them. */
    public boolean contains(long high, long low) {
        if (IpAddress.isIpv4(high, low) != address.isIpv4()) {
            return false;
        }
        int bits = address.isIpv4() ? BITS_BEFORE_IPV4 + prefixLength : prefixLength;
        return ((high ^ address.high()) & Persistence.mask(bits)) == 0
                && ((low ^ address.low()) & Persistence.mask(bits - 64)) == 0;
    }

    @Override
    public String toString() {
        return address + "/" + prefixLength;
    }
}
