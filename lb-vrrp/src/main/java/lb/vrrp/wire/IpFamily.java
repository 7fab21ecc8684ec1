package lb.vrrp.wire;

import java.net.Inet4Address;
import java.net.InetAddress;

/** The address family of a virtual router; a virtual router has exactly one. Immutable; any thread. */
public enum IpFamily {
    /** IPv4: 4-byte addresses, group 224.0.0.18 (RFC 9568 section 5.1.1.2). */
    IPV4(4, 0, 0xe000_0012L, 0x0000_5e00_0100L),
    /** IPv6: 16-byte addresses, group ff02::12 (RFC 9568 section 5.1.2.2). */
    IPV6(16, 0xff02_0000_0000_0000L, 0x12L, 0x0000_5e00_0200L);

    private final int addressLength;
    private final long groupHigh;
    private final long groupLow;
    private final long virtualMacPrefix;

    IpFamily(int addressLength, long groupHigh, long groupLow, long virtualMacPrefix) {
        this.addressLength = addressLength;
        this.groupHigh = groupHigh;
        this.groupLow = groupLow;
        this.virtualMacPrefix = virtualMacPrefix;
    }

    /** Bytes of an address: 4 or 16. */
    public int addressLength() {
        return addressLength;
    }

    /** The family of {@code address}. */
    public static IpFamily of(InetAddress address) {
        return address instanceof Inet4Address ? IPV4 : IPV6;
    }

    /**
     * The virtual router MAC address (RFC 9568 section 7.3): 00:00:5e:00:01:{vrid} or 00:00:5e:00:02:{vrid}.
     *
     * @param vrid 1 to 255
     */
    public long virtualMac(int vrid) {
        return virtualMacPrefix | vrid;
    }

    /** The group that adverts go to unless configured otherwise. */
    InetAddress defaultGroup() {
        return AddressBits.toInetAddress(this, groupHigh, groupLow);
    }
}
