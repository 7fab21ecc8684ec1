package lb.bench.pps;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import lb.core.wire.Checksum;
import lb.core.wire.Ethernet;
import lb.core.wire.IpAddress;
import lb.core.wire.IpProtocol;
import lb.core.wire.Ipv4;
import lb.core.wire.Ipv6;
import lb.core.wire.Packet;
import lb.core.wire.Tcp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientSegmentTest {
    private static final IpAddress VIP = IpAddress.parse("10.0.205.100");
    private static final IpAddress VIP6 = IpAddress.parse("fd00::100");

    private static ClientSegment segment(IpAddress vip, int frameBytes) {
        return new ClientSegment(1, 2, vip, 80, Tcp.ACK, frameBytes);
    }

    private static Packet packet(ClientSegment segment) {
        Packet packet = new Packet();
        assertThat(packet.parse(segment.frame(), segment.frameBytes()))
                .isEqualTo(Packet.Shape.TRANSPORT);
        return packet;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 594, 1514})
    void everyFlowHasASourceOfItsOwnAndRightChecksums(int frameBytes) {
        for (IpAddress vip : List.of(VIP, VIP6)) {
            ClientSegment segment = segment(vip, frameBytes);
            Set<Long> sources = new HashSet<>();
            for (long flow = 0; flow < 20_000; flow++) {
                segment.from(flow);
                Packet packet = packet(segment);
                sources.add(packet.sourceLow() << 16 | packet.ports() >>> 16);
                assertChecksums(segment, vip.isIpv4());
            }
            assertThat(sources).hasSize(20_000);
        }
    }

    @Test
    void theLastFlowIsAClientOfTheSameNetworkToo() {
        ClientSegment segment = segment(VIP, 0);
        segment.from(ClientSegment.FLOWS - 1);
        long ip = segment.frame() + Ethernet.HEADER_LENGTH;
        assertThat(Ipv4.source(ip)).isEqualTo(IpAddress.parse("11.255.255.255").ipv4());
        assertThat(packet(segment).ports()).isEqualTo(49_151 << 16 | 80);
        assertThat(Tcp.flags(ip + Ipv4.MIN_HEADER_LENGTH)).isEqualTo(Tcp.ACK);
        assertChecksums(segment, true);
    }

    @Test
    void aFrameIsNoShorterThanItsHeadersAndWhatEthernetCarries() {
        assertThat(segment(VIP, 0).frameBytes()).isEqualTo(60);
        assertThat(segment(VIP6, 0).frameBytes()).isEqualTo(74);
        assertThat(segment(VIP6, 594).frameBytes()).isEqualTo(594);
    }

    /** By the whole segment, zeros of the payload too. */
    private static void assertChecksums(ClientSegment segment, boolean ipv4) {
        long ip = segment.frame() + Ethernet.HEADER_LENGTH;
        int header = ipv4 ? Ipv4.MIN_HEADER_LENGTH : Ipv6.HEADER_LENGTH;
        int bytes = ipv4 ? Ipv4.totalLength(ip) - header : Ipv6.payloadLength(ip);
        if (ipv4) {
            assertThat(Ipv4.isChecksumValid(ip, header)).isTrue();
        }
        long addresses = Checksum.add(0, ipv4 ? ip + 12 : ip + 8, ipv4 ? 8 : 32);
        long pseudo = addresses + IpProtocol.TCP + bytes;
        assertThat(Checksum.finish(Checksum.add(pseudo, ip + header, bytes))).isZero();
    }
}
