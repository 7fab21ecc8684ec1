package lb.vrrp.wire;

import lb.core.wire.IpAddress;
import lb.core.wire.Memory;

/**
 * IP addresses of either family as the two numbers of {@link IpAddress}, without objects.
 * Stateless; any thread.
 */
final class AddressBits {
    private AddressBits() {}

    static long readHigh(IpFamily family, long address) {
        return family == IpFamily.IPV4 ? 0 : Memory.i64(address);
    }

    static long readLow(IpFamily family, long address) {
        return family == IpFamily.IPV4
                ? IpAddress.mapped(Memory.i32(address))
                : Memory.i64(address + 8);
    }

    static void write(IpFamily family, long to, long high, long low) {
        if (family == IpFamily.IPV4) {
            Memory.putI32(to, (int) low);
        } else {
            Memory.putI64(to, high);
            Memory.putI64(to + 8, low);
        }
    }

    static boolean isMulticast(IpAddress address) {
        return isMulticast(IpFamily.of(address), address.high(), address.low());
    }

    static boolean isMulticast(IpFamily family, long high, long low) {
        return family == IpFamily.IPV4 ? (low >>> 28 & 0xf) == 0xe : high >>> 56 == 0xff;
    }

    /** The Ethernet address of a multicast group: RFC 1112 section 6.4, RFC 2464 section 7. */
    static long groupMac(IpFamily family, long low) {
        return family == IpFamily.IPV4
                ? 0x0100_5e00_0000L | (low & 0x7f_ffff)
                : 0x3333_0000_0000L | (low & 0xffff_ffffL);
    }
}
