package lb.vrrp.wire;

import java.util.List;
import lb.core.wire.IpAddress;

/** IP addresses as numbers, in configuration order. Immutable; any thread. */
final class AddressTable {
    private final IpFamily family;
    private final long[] high;
    private final long[] low;

    AddressTable(IpFamily family, List<IpAddress> addresses) {
        this.family = family;
        high = addresses.stream().mapToLong(IpAddress::high).toArray();
        low = addresses.stream().mapToLong(IpAddress::low).toArray();
    }

    int size() {
        return low.length;
    }

    /** The place of an address, or −1. */
    int indexOf(long addressHigh, long addressLow) {
        for (int i = 0; i < low.length; i++) {
            if (low[i] == addressLow && high[i] == addressHigh) {
                return i;
            }
        }
        return -1;
    }

    /** Whether each of these stands somewhere among the {@code count} addresses at {@code list}. */
    boolean allIn(long list, int count) {
        for (int i = 0; i < low.length; i++) {
            // Routers that list alike list in the same order: look there first, and 255 addresses
            // stay 255 steps.
            if (!(i < count && stands(i, list, i)) && !standsAnywhere(i, list, count)) {
                return false;
            }
        }
        return true;
    }

    private boolean standsAnywhere(int index, long list, int count) {
        for (int place = 0; place < count; place++) {
            if (stands(index, list, place)) {
                return true;
            }
        }
        return false;
    }

    private boolean stands(int index, long list, int place) {
        long at = list + (long) place * family.addressLength();
        return AddressBits.readLow(family, at) == low[index]
                && AddressBits.readHigh(family, at) == high[index];
    }

    /** Writes all, one behind the other, in network byte order. */
    void write(long to) {
        for (int i = 0; i < low.length; i++) {
            AddressBits.write(family, to + (long) i * family.addressLength(), high[i], low[i]);
        }
    }
}
