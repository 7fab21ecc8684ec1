package lb.core.wire;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;

/**
 * An IPv4 or IPv6 address as two numbers; IPv4 in its mapped form ::ffff:a.b.c.d (RFC 4291 section
 * 2.5.5.2). Immutable; any thread.
 *
 * @param high the upper 64 bits, 0 for IPv4
 * @param low the lower 64 bits
 */
public record IpAddress(long high, long low) {
    private static final long MAPPED = 0xffff_0000_0000L;

    /**
     * Narrower than the JDK, which also takes 10.1 and 80 for IPv4 addresses, 010 for 10, and
     * brackets and zones.
     */
    private static final Pattern TEXT =
            Pattern.compile(
                    "(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}|[\\p{XDigit}:]+:[\\p{XDigit}:.]*");

    /** The lower half of the mapped form of an IPv4 address. */
    public static long mapped(int ipv4) {
        return MAPPED | (ipv4 & 0xffff_ffffL);
    }

    /** Whether the two halves are an IPv4 address. */
    public static boolean isIpv4(long high, long low) {
        return high == 0 && low >>> 32 == MAPPED >>> 32;
    }

    /** The IPv4 address of 32 bits. */
    public static IpAddress ofIpv4(int ipv4) {
        return new IpAddress(0, mapped(ipv4));
    }

    /** The same address as one of the JDK's. */
    public static IpAddress of(InetAddress address) {
        byte[] bytes = address.getAddress();
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return bytes.length == 4
                ? ofIpv4(buffer.getInt())
                : new IpAddress(buffer.getLong(), buffer.getLong());
    }

    /**
     * Reads an address in text form, IPv4 with all four numbers (RFC 6943 section 3.1.1); no name
     * is looked up.
     *
     * @throws IllegalArgumentException when the text is no address
     */
    public static IpAddress parse(String text) {
        try {
            if (TEXT.matcher(text).matches()) {
                return of(InetAddress.ofLiteral(text));
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(noAddress(text), e);
        }
        throw new IllegalArgumentException(noAddress(text));
    }

    private static String noAddress(String text) {
        return "'" + text + "' is not an IPv4 or IPv6 address";
    }

    /** Whether it is an IPv4 address. */
    public boolean isIpv4() {
        return isIpv4(high, low);
    }

    /** The 32 bits of an IPv4 address. */
    public int ipv4() {
        return (int) low;
    }

    /** The same address as one of the JDK's. */
    public InetAddress toInetAddress() {
        byte[] bytes =
                isIpv4()
                        ? ByteBuffer.allocate(4).putInt(ipv4()).array()
                        : ByteBuffer.allocate(16).putLong(high).putLong(low).array();
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 and 16 bytes are always an address", e);
        }
    }

    /** The usual text: dotted for IPv4, RFC 5952 for IPv6. */
    @Override
    public String toString() {
        InetAddress address = toInetAddress();
        return address instanceof Inet4Address ? address.getHostAddress() : compressed();
    }

    /** RFC 5952 section 4: the longest run of two or more zero groups becomes "::". */
    private String compressed() {
        int bestStart = -1;
        int bestLength = 1;
        for (int start = 0; start < 8; start++) {
            int end = start;
            while (end < 8 && group(end) == 0) {
                end++;
            }
            if (end - start > bestLength) {
                bestStart = start;
                bestLength = end - start;
            }
        }
        return bestStart < 0
                ? groups(0, 8)
                : groups(0, bestStart) + "::" + groups(bestStart + bestLength, 8);
    }

    private String groups(int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append(i == from ? "" : ":").append(Integer.toHexString(group(i)));
        }
        return text.toString();
    }

    private int group(int index) {
        long half = index < 4 ? high : low;
        return (int) (half >>> (48 - (index & 3) * 16)) & 0xffff;
    }
}
