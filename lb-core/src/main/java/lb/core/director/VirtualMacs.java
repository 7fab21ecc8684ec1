package lb.core.director;

/**
 * A set of virtual routers' MAC addresses, 00:00:5e:00:01:VRID for IPv4 and 00:00:5e:00:02:VRID for
 * IPv6 (RFC 9568 section 7.3). Owned by the worker that looks frames up in it.
 */
public final class VirtualMacs {
    private static final long IPV4 = 0x00_00_5e_00_01L;
    private static final long IPV6 = 0x00_00_5e_00_02L;

    private final boolean[] ipv4 = new boolean[256];
    private final boolean[] ipv6 = new boolean[256];

    /** Whether {@code mac} can be in such a set. */
    public static boolean isVirtual(long mac) {
        return mac >>> 8 == IPV4 || mac >>> 8 == IPV6;
    }

    /** The MAC address of a virtual router. */
    public static long of(boolean ofIpv4, int vrid) {
        return (ofIpv4 ? IPV4 : IPV6) << 8 | vrid;
    }

    boolean contains(long mac) {
        long family = mac >>> 8;
        return family == IPV4 && ipv4[(int) mac & 0xff] || family == IPV6 && ipv6[(int) mac & 0xff];
    }

    /** Holds exactly these from now on. */
    void replace(Iterable<Long> macs) {
        java.util.Arrays.fill(ipv4, false);
        java.util.Arrays.fill(ipv6, false);
        for (long mac : macs) {
            (mac >>> 8 == IPV4 ? ipv4 : ipv6)[(int) mac & 0xff] = true;
        }
    }
}
