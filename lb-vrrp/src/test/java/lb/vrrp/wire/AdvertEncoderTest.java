package lb.vrrp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import lb.core.wire.IpAddress;
import lb.core.wire.Memory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our frames against those that keepalived 2.2.7 and FRR 8.4.4 put on the wire. */
class AdvertEncoderTest {
    private static final IpAddress A4 = IpAddress.parse("10.9.0.1");
    private static final IpAddress B4 = IpAddress.parse("10.9.0.2");
    private static final IpAddress A6 = IpAddress.parse("fe80::ff:fe00:1");
    private static final long MAC_A = 0x0200_0000_0001L;
    private static final long MAC_B = 0x0200_0000_0002L;

    private final NativeFrame frame = new NativeFrame();

    record Multicast(
            String vector, AdvertFormat.Builder format, IpAddress source, long mac, int priority) {
        @Override
        public String toString() {
            return vector;
        }
    }

    static Stream<Multicast> multicast() {
        Authentication secret = Authentication.password("secret12");
        long vmac4 = IpFamily.IPV4.virtualMac(51);
        return Stream.of(
                new Multicast("v2-advert-noauth", Formats.v2(), B4, MAC_B, 100),
                new Multicast("v2-advert-prio0", Formats.v2(), A4, MAC_A, 0),
                new Multicast(
                        "v2-advert-password", Formats.v2().authentication(secret), A4, MAC_A, 150),
                new Multicast(
                        "v2-advert-password-short",
                        Formats.v2().authentication(Authentication.password("other")),
                        B4,
                        MAC_B,
                        100),
                new Multicast("v2-advert-255vips", manyVips(), A4, MAC_A, 150),
                new Multicast("v2-advert-vmac", Formats.v2(), A4, vmac4, 150),
                new Multicast("v3-advert-ipv4", Formats.v3(), A4, MAC_A, 150),
                new Multicast(
                        "v3-advert-ipv4-10cs",
                        Formats.v3().advertIntervalNanos(100_000_000),
                        A4,
                        MAC_A,
                        150),
                new Multicast("v3-advert-ipv4-prio0", Formats.v3(), A4, MAC_A, 0),
                new Multicast(
                        "v3-advert-ipv4-nopseudo-INJECTED",
                        Formats.v3().checksumForm(ChecksumForm.PLAIN),
                        IpAddress.parse("10.9.0.3"),
                        0x0200_0000_0003L,
                        200),
                new Multicast("v3-advert-ipv6", Formats.v6(), A6, MAC_A, 150),
                new Multicast(
                        "v3-advert-ipv6-vmac", Formats.v6(), A6, IpFamily.IPV6.virtualMac(51), 150),
                new Multicast("frr-v2-advert", Formats.v2(), B4, vmac4, 100),
                new Multicast("frr-v3-advert-ipv4", Formats.v3(), B4, vmac4, 100),
                new Multicast(
                        "frr-v3-advert-ipv6",
                        AdvertFormat.of(VrrpVersion.V3, 51, Formats.addresses("fd00:9::100")),
                        IpAddress.parse("fe80::1234:5678:9abc:51"),
                        IpFamily.IPV6.virtualMac(51),
                        100));
    }

    /** keepalived's use_vmac, the second with vmac_xmit_base on one side. */
    @ParameterizedTest
    @ValueSource(strings = {"v2-vmac", "v2-vmac-xmitbase", "v3-ipv6-vmac"})
    void everyFrameOfTheRecordingsWithVirtualMacIsOurs(String capture) {
        int compared = 0;
        for (byte[] recorded : Recordings.capture(capture)) {
            byte[] own = sameOfOurs(recorded);
            if (own.length > 0) {
                assertSameButIds(recorded, own);
                compared++;
            }
        }
        assertThat(compared).isGreaterThanOrEqualTo(8);
    }

    /** What we would send in the place of an advert or an announcement; nothing for others. */
    private byte[] sameOfOurs(byte[] recorded) {
        ByteBuffer bytes = ByteBuffer.wrap(recorded);
        long mac = bytes.getLong(4) & 0xffff_ffff_ffffL;
        boolean arp = bytes.getShort(12) == 0x0806;
        boolean ipv6 = !arp && recorded[14] >>> 4 == 6;
        if (arp) {
            return frame.bytes(GratuitousArp.write(frame.address(), mac, bytes.getInt(28)));
        }
        if (!ipv6) {
            IpAddress source = IpAddress.ofIpv4(bytes.getInt(26));
            AdvertEncoder encoder = new AdvertEncoder(Formats.v2().build(), source, mac);
            return frame.bytes(encoder.frame(frame.address(), recorded[36] & 0xff));
        }
        if (recorded[20] == 112) {
            IpAddress source = new IpAddress(bytes.getLong(22), bytes.getLong(30));
            AdvertEncoder encoder = new AdvertEncoder(Formats.v6().build(), source, mac);
            return frame.bytes(encoder.frame(frame.address(), recorded[56] & 0xff));
        }
        // Only those to all nodes are announcements; the rest the kernel has answered.
        boolean toAll = recorded[0] == 0x33 && recorded[5] == 1;
        return toAll
                ? frame.bytes(
                        UnsolicitedNeighborAdvertisement.write(
                                frame.address(),
                                mac,
                                bytes.getLong(62),
                                bytes.getLong(70),
                                (recorded[58] & 0x80) != 0))
                : new byte[0];
    }

    /** 255 addresses in the order of the recorded configuration: 10.9.1.n, 10.9.2.n, n from 1. */
    private static AdvertFormat.Builder manyVips() {
        List<IpAddress> addresses = new ArrayList<>();
        for (int i = 0; i < 255; i++) {
            addresses.add(IpAddress.parse("10.9." + (1 + i % 2) + "." + (1 + i / 2)));
        }
        return AdvertFormat.of(VrrpVersion.V2, 51, addresses);
    }

    @ParameterizedTest
    @MethodSource
    void multicast(Multicast row) {
        AdvertEncoder encoder = new AdvertEncoder(row.format().build(), row.source(), row.mac());

        int length = encoder.frame(frame.address(), row.priority());

        assertThat(length).isEqualTo(encoder.frameLength());
        assertSameButIds(Recordings.vector(row.vector()), frame.bytes(length));
    }

    @Test
    void unicastFramesEqualKeepalivedsInVersion2() {
        AdvertFormat format = Formats.v2().unicastPeers(List.of(UnicastPeer.of(B4))).build();

        int length =
                new AdvertEncoder(format, A4, MAC_A)
                        .frame(frame.address(), 150, B4.high(), B4.low(), MAC_B);

        assertSameButIds(Recordings.vector("v2-advert-unicast"), frame.bytes(length));
    }

    @Test
    void unicastChecksumOfVersion3CoversThePeersAddress() {
        AdvertFormat format = Formats.v3().unicastPeers(List.of(UnicastPeer.of(B4))).build();

        int length =
                new AdvertEncoder(format, A4, MAC_A)
                        .frame(frame.address(), 150, B4.high(), B4.low(), MAC_B);

        assertSameButIds(Recordings.vector("v3-advert-ipv4-unicast"), frame.bytes(length));
    }

    @Test
    void unicastFramesEqualKeepalivedsOverIpv6WithItsHopLimit() {
        IpAddress peer = IpAddress.parse("fd00:9::2");
        AdvertFormat format =
                Formats.v6().unicastPeers(List.of(UnicastPeer.of(peer))).unicastTtl(64).build();

        int length =
                new AdvertEncoder(format, IpAddress.parse("fd00:9::1"), MAC_A)
                        .frame(frame.address(), 150, peer.high(), peer.low(), MAC_B);

        assertSameButIds(Recordings.vector("v3-advert-ipv6-unicast"), frame.bytes(length));
    }

    @Test
    void identificationCountsUpAndWrapsTo0Behind65535() {
        AdvertEncoder encoder = new AdvertEncoder(Formats.v2().build(), A4, MAC_A);
        for (int i = 1; i <= 0x1_0001; i++) {
            encoder.packet(frame.address(), 100);
            assertThat(Memory.u16(frame.address() + 4)).isEqualTo(i & 0xffff);
        }
    }

    @Test
    void longestIntervalOfVersion3FillsAll12Bits() {
        AdvertFormat format = Formats.v3().advertIntervalNanos(40_950_000_000L).build();

        new AdvertEncoder(format, A4, MAC_A).message(frame.address(), 100);

        assertThat(Memory.u16(frame.address() + 4)).isEqualTo(0x0fff);
    }

    @Test
    void plainFormGivesTheValueComputedForRfc9568() {
        AdvertEncoder encoder = new AdvertEncoder(Formats.v3().build(), A4, MAC_A);
        encoder.checksumForm(ChecksumForm.PLAIN);

        encoder.message(frame.address(), 150);

        assertThat(Memory.u16(frame.address() + 6)).isEqualTo(0x2dfa);
    }

    @Test
    void sourceOfTheOtherFamilyIsRefused() {
        AdvertFormat format = Formats.v3().build();
        assertThatThrownBy(() -> new AdvertEncoder(format, A6, MAC_A))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("fe80::ff:fe00:1")
                .hasMessageContaining("IPV4");
    }

    @Test
    void gratuitousArpEqualsKeepalivedsAndFrrs() {
        int vip = IpAddress.parse("10.9.0.100").ipv4();

        int length = GratuitousArp.write(frame.address(), MAC_B, vip);
        assertThat(frame.bytes(length)).isEqualTo(Recordings.vector("garp"));

        GratuitousArp.write(frame.address(), IpFamily.IPV4.virtualMac(51), vip);
        assertThat(frame.bytes(length))
                .isEqualTo(Recordings.vector("garp-vmac"))
                .isEqualTo(Recordings.vector("frr-garp"));
    }

    @Test
    void neighbourAdvertisementEqualsKeepalivedsAndFrrs() {
        IpAddress linkLocal = IpAddress.parse("fe80::100");
        IpAddress global = IpAddress.parse("fd00:9::100");

        int length =
                UnsolicitedNeighborAdvertisement.write(
                        frame.address(), MAC_A, linkLocal.high(), linkLocal.low(), false);
        assertThat(frame.bytes(length)).isEqualTo(Recordings.vector("na-keepalived-noforwarding"));

        UnsolicitedNeighborAdvertisement.write(
                frame.address(), MAC_A, linkLocal.high(), linkLocal.low(), true);
        assertThat(frame.bytes(length)).isEqualTo(Recordings.vector("na-keepalived-forwarding"));

        UnsolicitedNeighborAdvertisement.write(
                frame.address(), IpFamily.IPV6.virtualMac(51), global.high(), global.low(), true);
        assertThat(frame.bytes(length)).isEqualTo(Recordings.vector("frr-na"));
    }

    /**
     * Equal but for IPv4's identification, DF and the header checksum over them, and IPv6's flow
     * label.
     */
    private static void assertSameButIds(byte[] recorded, byte[] ours) {
        assertThat(HexFormat.of().formatHex(withoutIds(ours)))
                .isEqualTo(HexFormat.of().formatHex(withoutIds(recorded)));
    }

    private static byte[] withoutIds(byte[] original) {
        byte[] copy = original.clone();
        if (copy[12] == 0x08 && copy[13] == 0x06) {
            return copy;
        }
        boolean ipv4 = copy[14] >>> 4 == 4;
        int[] masked = ipv4 ? new int[] {18, 19, 20, 24, 25} : new int[] {16, 17};
        for (int at : masked) {
            copy[at] = 0;
        }
        if (!ipv4) {
            copy[15] = (byte) (copy[15] & 0xf0);
        }
        return copy;
    }
}
