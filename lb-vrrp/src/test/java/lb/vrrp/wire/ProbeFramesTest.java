package lb.vrrp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import lb.core.wire.Checksum;
import lb.core.wire.IpAddress;
import org.junit.jupiter.api.Test;

/** The questions who else has a VIP, byte for byte. */
class ProbeFramesTest {
    private static final long MAC = 0x02_00_00_00_00_01L;

    private final NativeFrame frame = new NativeFrame();

    @Test
    void anArpProbeGoesWhereTheAdvertsGoAndClaimsNothing() {
        AdvertFormat format = Formats.v3().build();
        int length =
                ArpProbe.write(
                        frame.address(),
                        MAC,
                        ArpProbe.destination(format),
                        IpAddress.parse("10.9.0.100").ipv4());
        assertThat(frame.hex(length))
                .isEqualTo(
                        "01005e000012"
                                + "020000000001"
                                + "0806"
                                + "0001080006040001"
                                + "020000000001"
                                + "00000000"
                                + "000000000000"
                                + "0a090064");
    }

    @Test
    void itFollowsAnotherGroupAndIsBroadcastToUnicastPeers() {
        AdvertFormat grouped = Formats.v3().group(IpAddress.parse("239.129.1.2")).build();
        assertThat(ArpProbe.destination(grouped)).isEqualTo(0x01_00_5e_01_01_02L);
        AdvertFormat unicast =
                Formats.v3()
                        .unicastPeers(List.of(new UnicastPeer(IpAddress.parse("10.9.0.2"), 0, 255)))
                        .build();
        assertThat(ArpProbe.destination(unicast)).isEqualTo(0xffff_ffff_ffffL);
    }

    @Test
    void aSolicitationGoesToTheVipsOwnGroupFromOurOwnAddress() {
        IpAddress source = IpAddress.parse("fe80::1");
        IpAddress vip = IpAddress.parse("fd00:9::12:3456");
        int length =
                NeighborSolicitation.write(
                        frame.address(), MAC, source.high(), source.low(), vip.high(), vip.low());
        String ip =
                "600000000020" // version 6, 32 bytes
                        + "3aff" // ICMPv6, hop limit 255
                        + "fe800000000000000000000000000001"
                        + "ff0200000000000000000001ff123456";
        String before = "87" + "00";
        String behind = "00000000" + "fd000009000000000000000000123456" + "0101" + "020000000001";
        String hex = frame.hex(length);
        assertThat(hex)
                .startsWith("3333ff123456" + "020000000001" + "86dd" + ip + before)
                .endsWith(behind)
                .hasSize(2 * NeighborSolicitation.LENGTH);
        // RFC 4443 section 2.3: the pseudo-header and the message sum up to 0.
        long pseudoHeader =
                PseudoHeader.sum(
                        IpFamily.IPV6,
                        source.high(),
                        source.low(),
                        0xff02_0000_0000_0000L,
                        0x0000_0001_ff12_3456L,
                        58,
                        32);
        assertThat(Checksum.finish(Checksum.add(pseudoHeader, frame.address() + 54, 32))).isZero();
    }
}
