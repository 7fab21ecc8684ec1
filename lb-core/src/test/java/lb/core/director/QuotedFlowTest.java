package lb.core.director;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.Set;
import lb.core.wire.Checksum;
import lb.core.wire.Ethernet;
import lb.core.wire.IpAddress;
import lb.core.wire.IpProtocol;
import lb.core.wire.Ipv4;
import lb.core.wire.Memory;
import lb.core.wire.Tcp;
import org.junit.jupiter.api.Test;

/**
 * ICMP errors about packets of real servers: they go where the flow is, by table or by computation.
 */
class QuotedFlowTest {
    private static final IpAddress VIP = IpAddress.parse("10.0.205.100");
    private static final IpAddress ROUTER = IpAddress.parse("10.0.200.1");

    private final TestDirector director = new TestDirector(DirectorSettings.DEFAULT);
    private final FrameBuilder frame = new FrameBuilder();

    private static IpAddress client(int number) {
        return IpAddress.ofIpv4(0x0a00c800 + number);
    }

    /** "Fragmentation needed" from a router about a packet from the VIP to a client. */
    private FrameBuilder tooBig(IpAddress client, int port, IpAddress outerTo) {
        frame.udp(ROUTER, 0, outerTo, 0, 28);
        long ip = frame.address() + Ethernet.HEADER_LENGTH;
        long icmp = ip + Ipv4.MIN_HEADER_LENGTH;
        Memory.putU8(ip + 9, IpProtocol.ICMP);
        Memory.putU16(icmp, 3 << 8 | 4);
        Memory.putI32(icmp + 4, 1400);
        Ipv4.write(
                icmp + 8,
                0,
                1500,
                7,
                Ipv4.DONT_FRAGMENT,
                63,
                IpProtocol.TCP,
                VIP.ipv4(),
                client.ipv4());
        Memory.putU16(icmp + 28, 80);
        Memory.putU16(icmp + 30, port);
        Memory.putU16(icmp + 2, 0);
        Memory.putU16(icmp + 2, Checksum.of(icmp, 36));
        frame.fixIpv4Checksum();
        return frame;
    }

    @Test
    void aKnownConnectionsErrorGoesToItsRealServerThoughTheListHasChanged() {
        director.serve(TestDirector.tcp("10.0.205.100", 80), "rr", Set.of(), 1, 1, 1);
        director.receive(frame.tcp(client(1), 40_000, VIP, 80, Tcp.SYN));
        IpAddress server = director.lastServer();
        director.serve(TestDirector.tcp("10.0.205.100", 80), "rr", Set.of(), 1, 1, 1, 1, 1);
        assertThat(director.receive(tooBig(client(1), 40_000, VIP))).isEqualTo(Verdict.FORWARDED);
        assertThat(director.lastServer()).isEqualTo(server);
    }

    @Test
    void aComputedFlowsErrorGoesWhereItsSegmentsGo() {
        director.serve(TestDirector.tcp("10.0.205.100", 80), "mh", Set.of("mh-port"), 1, 1, 1);
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            int port = 1024 + random.nextInt(60_000);
            director.receive(frame.tcp(client(i), port, VIP, 80, Tcp.SYN));
            IpAddress server = director.lastServer();
            assertThat(director.receive(tooBig(client(i), port, VIP))).isEqualTo(Verdict.FORWARDED);
            assertThat(director.lastServer()).as("client %d port %d", i, port).isEqualTo(server);
        }
        assertThat(director.liveConnections()).as("an error makes no entry").isEmpty();
    }

    @Test
    void anErrorOfNoFlowOrForAnotherHostIsNotSentOn() {
        director.serve(TestDirector.tcp("10.0.205.100", 80), "rr", Set.of(), 1);
        assertThat(director.receive(tooBig(client(1), 40_000, VIP)))
                .isEqualTo(Verdict.NO_CONNECTION);
        assertThat(director.receive(tooBig(client(1), 40_000, IpAddress.parse("10.0.200.21"))))
                .as("what is quoted and whom it is for differ")
                .isEqualTo(Verdict.NO_SERVICE);
        assertThat(director.out.frames).isEmpty();
    }

    @Test
    void aQuotationCutAtAnyLengthEndsInAVerdict() {
        director.serve(TestDirector.tcp("10.0.205.100", 80), "mh", Set.of(), 1);
        int forwarded = 0;
        for (int cut = 0; cut <= 28; cut++) {
            tooBig(client(1), 40_000, VIP);
            long ip = frame.address() + Ethernet.HEADER_LENGTH;
            Memory.putU16(ip + 2, Ipv4.totalLength(ip) - cut);
            frame.fixIpv4Checksum();
            forwarded += director.receive(frame) == Verdict.FORWARDED ? 1 : 0;
        }
        assertThat(forwarded)
                .as("36 bytes of ICMP hold the ports; one byte less does not")
                .isEqualTo(1);
    }
}
