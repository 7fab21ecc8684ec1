package lb.vrrp.wire;

import lb.core.wire.IpAddress;

/**
 * The address family of a virtual router; a virtual router has exactly one. Immutable; any thread.
 */
public enum IpFamily {
    /** IPv4: 4-byte addresses, group 224.0.0.18 (RFC 9568 section 5.1.1.2). */
    IPV4(4, IpAddress.ofIpv4(0xe000_0012), 0x0000_5e00_0100L),
    /** IPv6: 16-byte addresses, group ff02::12 (RFC 9568 section 5.1.2.2). */
    IPV6(16, new IpAddress(0xff02_0000_0000_0000L, 0x12L), 0x0000_5e00_0200L);

    private final int addressLength;
    private final IpAddress group;
    private final long virtualMacPrefix;

    IpFamily(int addressLength, IpAddress group, long virtualMacPrefix) {
        this.addressLength = addressLength;
        this.group = group;
        this.virtualMacPrefix = virtualMacPrefix;
    }

    /** Bytes of an address: 4 or 16. */
    public int addressLength() {
        return addressLength;
    }

    /** The family of {@code address}. */
    public static IpFamily of(IpAddress address) {
        return address.isIpv4() ? IPV4 : IPV6;
    }

    /**
     * The virtual router MAC address (RFC 9568 section 7.3): 00:00:5e:00:01:{vrid} or
     * 00:00:5e:00:02:{vrid}.
     *
     * @param vrid 1 to 255
     */
    public long virtualMac(int vrid) {
        return virtualMacPrefix | vrid;
    }

    /** The group that adverts go to unless configured otherwise. */
    IpAddress defaultGroup() {
        return group;
    }
}
