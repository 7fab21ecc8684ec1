package lb.vrrp.wire;

import java.util.List;
import java.util.stream.Stream;
import lb.core.wire.IpAddress;

/**
 * The virtual router of the recordings: VRID 51, VIP 10.9.0.100, IPv6 fe80::100 and fd00:9::100.
 */
public final class Formats {
    private Formats() {}

    /** Version 2 with the usual VIP. */
    public static AdvertFormat.Builder v2() {
        return AdvertFormat.of(VrrpVersion.V2, 51, addresses("10.9.0.100"));
    }

    /** Version 3 over IPv4. */
    public static AdvertFormat.Builder v3() {
        return AdvertFormat.of(VrrpVersion.V3, 51, addresses("10.9.0.100"));
    }

    /** Version 3 over IPv6. */
    public static AdvertFormat.Builder v6() {
        return AdvertFormat.of(VrrpVersion.V3, 51, addresses("fe80::100", "fd00:9::100"));
    }

    static List<IpAddress> addresses(String... text) {
        return Stream.of(text).map(IpAddress::parse).toList();
    }
}
