package lb.director.config;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Literal addresses, never names: nothing here asks a name server. Stateless. */
final class Addresses {

    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

    private Addresses() {}

    /** The address a text spells in full, or null. */
    static @Nullable InetAddress parse(String text) {
        boolean possible =
                IPV4.matcher(text).matches()
                        || (text.length() < 46 && IPV6.matcher(text).matches());
        if (!possible) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    static boolean isIpv4(InetAddress address) {
        return address instanceof Inet4Address;
    }

    /** The address that stands for any: 0.0.0.0 or ::. */
    static InetAddress unspecified(boolean ipv4) {
        return of(new byte[ipv4 ? 4 : 16]);
    }

    static int bits(InetAddress address) {
        return isIpv4(address) ? 32 : 128;
    }

    /** Why no client can ever reach this address, or null if one can. */
    static @Nullable String unusable(InetAddress address) {
        if (address.isAnyLocalAddress()) {
            return "is the unspecified address";
        }
        if (address.isMulticastAddress()) {
            return "is a multicast address";
        }
        return address.isLoopbackAddress() ? "is a loopback address" : null;
    }

    /** The last part of an address: 8 bits of IPv4, 16 of IPv6. */
    static int lastPart(InetAddress address) {
        byte[] bytes = address.getAddress();
        int low = bytes[bytes.length - 1] & 0xff;
        return isIpv4(address) ? low : (bytes[bytes.length - 2] & 0xff) << 8 | low;
    }

    /** The address so many steps further on. */
    static InetAddress plus(InetAddress address, int steps) {
        byte[] bytes = address.getAddress();
        long carry = steps;
        for (int i = bytes.length - 1; i >= 0 && carry != 0; i--) {
            carry += bytes[i] & 0xff;
            bytes[i] = (byte) carry;
            carry >>= 8;
        }
        return of(bytes);
    }

    /** True if all bits behind the prefix are 0. */
    static boolean hostBitsAreZero(InetAddress address, int prefixLength) {
        byte[] bytes = address.getAddress();
        for (int bit = prefixLength; bit < bytes.length * 8; bit++) {
            if ((bytes[bit / 8] >> (7 - bit % 8) & 1) != 0) {
                return false;
            }
        }
        return true;
    }

    /** The prefix length that a netmask stands for, or -1 if its ones have gaps. */
    static int prefixLength(InetAddress netmask) {
        byte[] bytes = netmask.getAddress();
        int ones = 0;
        while (ones < bytes.length * 8 && (bytes[ones / 8] >> (7 - ones % 8) & 1) != 0) {
            ones++;
        }
        return hostBitsAreZero(netmask, ones) ? ones : -1;
    }

    private static InetAddress of(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
        }
    }
}
