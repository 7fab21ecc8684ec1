package lb.vrrp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import lb.core.wire.IpAddress;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AdvertFormatTest {
    record Wrong(String says, ThrowingCallable configure) {
        @Override
        public String toString() {
            return says;
        }
    }

    static Stream<Wrong> wrong() {
        List<IpAddress> vip = Formats.addresses("10.9.0.100");
        IpAddress peer6 = IpAddress.parse("fd00:9::2");
        return Stream.of(
                new Wrong(
                        "virtual_router_id 0: must be 1 to 255",
                        () -> AdvertFormat.of(VrrpVersion.V2, 0, vip).build()),
                new Wrong(
                        "virtual_router_id 256: must be 1 to 255",
                        () -> AdvertFormat.of(VrrpVersion.V2, 256, vip).build()),
                new Wrong(
                        "version 2 carries IPv4 only",
                        () ->
                                AdvertFormat.of(VrrpVersion.V2, 51, Formats.addresses("fe80::100"))
                                        .build()),
                new Wrong(
                        "authentication: version 3 has none",
                        () -> Formats.v3().authentication(Authentication.password("x")).build()),
                new Wrong(
                        "advert_int 0.1 s: VRRPv2 carries whole seconds",
                        () -> Formats.v2().advertIntervalNanos(100_000_000).build()),
                new Wrong(
                        "advert_int 256.0 s: VRRPv2",
                        () -> Formats.v2().advertIntervalNanos(256_000_000_000L).build()),
                new Wrong(
                        "advert_int 40.96 s: VRRPv3 carries hundredths",
                        () -> Formats.v3().advertIntervalNanos(40_960_000_000L).build()),
                new Wrong(
                        "advert_int 0.0 s: VRRPv3",
                        () -> Formats.v3().advertIntervalNanos(0).build()),
                new Wrong(
                        "virtual_ipaddress: at least one",
                        () -> AdvertFormat.of(VrrpVersion.V2, 51, List.of()).build()),
                new Wrong(
                        "virtual_ipaddress: an address is listed twice",
                        () ->
                                AdvertFormat.of(
                                                VrrpVersion.V2,
                                                51,
                                                Formats.addresses("10.9.0.1", "10.9.0.1"))
                                        .build()),
                new Wrong(
                        "virtual_ipaddress: 300 addresses, but an advert holds 255",
                        () -> AdvertFormat.of(VrrpVersion.V2, 51, many(300)).build()),
                new Wrong(
                        "virtual_ipaddress fd00::1: a virtual router has one address family",
                        () ->
                                AdvertFormat.of(
                                                VrrpVersion.V3,
                                                51,
                                                Formats.addresses("10.9.0.1", "fd00::1"))
                                        .build()),
                new Wrong(
                        "unicast_peer fd00:9::2: a virtual router has one address family",
                        () -> Formats.v3().unicastPeers(List.of(UnicastPeer.of(peer6))).build()),
                new Wrong(
                        "unicast_peer 224.0.0.18: is a multicast address",
                        () -> UnicastPeer.of(IpAddress.parse("224.0.0.18"))),
                new Wrong(
                        "unicast_peer fd00:9::2: min_ttl 9 and max_ttl 8",
                        () -> new UnicastPeer(peer6, 9, 8)),
                new Wrong(
                        "mcast_dst_ip 10.0.0.1: is no multicast address",
                        () -> Formats.v2().group(IpAddress.parse("10.0.0.1")).build()),
                new Wrong(
                        "unicast_ttl 0: must be 1 to 255",
                        () -> Formats.v2().unicastTtl(0).build()),
                new Wrong(
                        "auth_type 2: only PASS is supported (AH was removed",
                        () -> new Authentication(2, 0)),
                new Wrong("auth_pass is empty", () -> Authentication.password("")));
    }

    @ParameterizedTest
    @MethodSource
    void wrong(Wrong row) {
        assertThatThrownBy(row.configure())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(row.says());
    }

    @Test
    void anAdvertHolds255AddressesOverIpv4And89OverIpv6OnEthernet_section37() {
        assertThat(AdvertFormat.maxAddresses(VrrpVersion.V2, IpFamily.IPV4, 1500)).isEqualTo(255);
        assertThat(AdvertFormat.maxAddresses(VrrpVersion.V3, IpFamily.IPV4, 1500)).isEqualTo(255);
        assertThat(AdvertFormat.maxAddresses(VrrpVersion.V3, IpFamily.IPV6, 1500)).isEqualTo(89);
        assertThat(AdvertFormat.of(VrrpVersion.V2, 51, many(255)).build().messageLength())
                .isEqualTo(1036);
    }

    @Test
    void passwordsStayOutOfText() {
        AdvertFormat format =
                Formats.v2().authentication(Authentication.password("secret12")).build();
        assertThat(format.toString())
                .contains("PASS")
                .doesNotContain("secret")
                .doesNotContain("8315");
    }

    private static List<IpAddress> many(int count) {
        List<IpAddress> addresses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            addresses.add(IpAddress.ofIpv4(0x0a09_0000 + i));
        }
        return addresses;
    }
}
