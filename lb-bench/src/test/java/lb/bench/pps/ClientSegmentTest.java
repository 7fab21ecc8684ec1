package lb.bench.pps;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import lb.core.wire.Checksum;
import lb.core.wire.Ethernet;
import lb.core.wire.IpAddress;
import lb.core.wire.Ipv4;
import lb.core.wire.Memory;
import lb.core.wire.Tcp;
import org.junit.jupiter.api.Test;

class ClientSegmentTest {
    private static final int VIP = IpAddress.parse("10.0.205.100").ipv4();

    private final ClientSegment segment = new ClientSegment(1, 2, VIP, 80, Tcp.ACK);
    private final long ip = segment.frame() + Ethernet.HEADER_LENGTH;
    private final long tcp = ip + Ipv4.MIN_HEADER_LENGTH;

    @Test
    void everyFlowHasASourceOfItsOwnAndRightChecksums() {
        Set<Long> sources = new HashSet<>();
        for (long flow = 0; flow < 100_000; flow++) {
            segment.from(flow);
            sources.add(Memory.u32(ip + 12) << 16 | Tcp.sourcePort(tcp));
            assertChecksums();
        }
        assertThat(sources).hasSize(100_000);
    }

    @Test
    void theLastFlowIsAClientOfTheSameNetworkToo() {
        segment.from(ClientSegment.FLOWS - 1);
        assertThat(Ipv4.source(ip)).isEqualTo(IpAddress.parse("11.255.255.255").ipv4());
        assertThat(Tcp.ports(tcp)).isEqualTo(49_151 << 16 | 80);
        assertThat(Tcp.flags(tcp)).isEqualTo(Tcp.ACK);
        assertChecksums();
    }

    private void assertChecksums() {
        assertThat(Ipv4.isChecksumValid(ip, Ipv4.MIN_HEADER_LENGTH)).isTrue();
        long pseudo = Checksum.add(6 + 20, ip + 12, 8);
        assertThat(Checksum.finish(Checksum.add(pseudo, tcp, 20))).isZero();
    }
}
