package lb.vrrp.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;
import lb.core.wire.Memory;

/**
 * An IP address as two numbers, so that the packet path compares addresses without objects: an IPv6 address fills both,
 * an IPv4 address is an unsigned 32-bit {@code low} with {@code high} 0.
 *
 * <p>Stateless; any thread.
 */
public final class AddressBits {
    private AddressBits() {}

    /** The upper 64 bits of {@code address}; 0 for IPv4. */
    public static long high(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 ? 0 : number(bytes, 0, 8);
    }

    /** The lower 64 bits of {@code address}; the whole of an IPv4 address, unsigned. */
    public static long low(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 ? number(bytes, 0, 4) : number(bytes, 8, 8);
    }

    /** The address that {@code high} and {@code low} stand for; allocates. */
    public static InetAddress toInetAddress(IpFamily family, long high, long low) {
        byte[] bytes = new byte[family.addressLength()];
        for (int i = 0; i < bytes.length; i++) {
            int shift = 8 * (bytes.length - 1 - i);
            bytes[i] = (byte) ((shift >= 64 ? high : low) >>> (shift & 63));
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 and 16 bytes always make an address", e);
        }
    }

    /** Compares unsigned in network byte order, as the tie-break of RFC 9568 section 6.4.3 wants. */
    public static int compare(long high, long low, long otherHigh, long otherLow) {
        int upper = Long.compareUnsigned(high, otherHigh);
        return upper != 0 ? upper : Long.compareUnsigned(low, otherLow);
    }

    static long readHigh(IpFamily family, long address) {
        return family == IpFamily.IPV4 ? 0 : Memory.i64(address);
    }

    static long readLow(IpFamily family, long address) {
        return family == IpFamily.IPV4 ? Memory.u32(address) : Memory.i64(address + 8);
    }

    static void write(IpFamily family, long to, long high, long low) {
        if (family == IpFamily.IPV4) {
            Memory.putI32(to, (int) low);
        } else {
            Memory.putI64(to, high);
            Memory.putI64(to + 8, low);
        }
    }

    static boolean isMulticast(IpFamily family, long high, long low) {
        return family == IpFamily.IPV4 ? low >>> 28 == 0xe : high >>> 56 == 0xff;
    }

    /** The Ethernet address of a multicast group: RFC 1112 section 6.4, RFC 2464 section 7. */
    static long groupMac(IpFamily family, long low) {
        return family == IpFamily.IPV4 ? 0x0100_5e00_0000L | (low & 0x7f_ffff) : 0x3333_0000_0000L | (low & 0xffff_ffffL);
    }

    private static long number(byte[] bytes, int from, int count) {
        long value = 0;
        for (int i = from; i < from + count; i++) {
            value = value << 8 | (bytes[i] & 0xff);
        }
        return value;
    }
}
