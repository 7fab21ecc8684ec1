package lb.core.director;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import lb.core.forward.DirectRouting;
import lb.core.service.Protocol;
import lb.core.service.ServiceKey;
import lb.core.wire.IpAddress;
import lb.core.wire.Memory;
import lb.core.wire.Tcp;
import lb.core.wire.TestPacket;
import org.junit.jupiter.api.Test;

/**
 * One frame in, its verdict, the frame out byte for byte: each verdict that a frame alone can lead
 * to.
 */
class VerdictTest {
    private static final IpAddress CLIENT = IpAddress.parse("10.0.200.22");
    private static final IpAddress VIP = IpAddress.parse("10.0.205.100");
    private static final ServiceKey WEB = TestDirector.tcp("10.0.205.100", 80);
    private static final IpAddress SERVER = IpAddress.parse("10.0.206.1");

    private final FrameBuilder frame = new FrameBuilder();
    private TestDirector director = new TestDirector(DirectorSettings.DEFAULT);

    private Verdict syn(int port) {
        return director.receive(frame.tcp(CLIENT, 40_000, VIP, port, Tcp.SYN));
    }

    private Verdict ack() {
        return director.receive(frame.tcp(CLIENT, 40_000, VIP, 80, Tcp.ACK));
    }

    private void serve(int... weights) {
        director.serve(WEB, "rr", Set.of(), weights);
    }

    /** The frame as it came, with the MAC addresses given and one hop less. */
    private static byte[] forwarded(byte[] in, long source, boolean ipv6, boolean keepTimeToLive) {
        byte[] out = in.clone();
        for (int i = 0; i < 6; i++) {
            out[i] = (byte) (TestDirector.macOf(SERVER) >>> (40 - 8 * i));
            out[6 + i] = (byte) (source >>> (40 - 8 * i));
        }
        if (keepTimeToLive) {
            return out;
        }
        if (ipv6) {
            out[21]--;
            return out;
        }
        out[22]--;
        int checksum = (out[24] & 0xff) << 8 | out[25] & 0xff;
        checksum += 0x0100;
        checksum = (checksum & 0xffff) + (checksum >>> 16);
        out[24] = (byte) (checksum >>> 8);
        out[25] = (byte) checksum;
        return out;
    }

    private void assertDropped(Verdict verdict, Verdict expected) {
        assertThat(verdict).isEqualTo(expected);
        assertThat(director.out.frames).isEmpty();
        assertThat(director.back.frames).isEmpty();
    }

    private Verdict raw(byte[] bytes) {
        return director.receive(frame.raw(bytes, bytes.length));
    }

    @Test
    void forwardedWithBothMacsAndOneHopLess() {
        serve(1);
        byte[] in = frame.tcp(CLIENT, 40_000, VIP, 80, Tcp.SYN).bytes();
        assertThat(syn(80)).isEqualTo(Verdict.FORWARDED);
        assertThat(director.out.only())
                .isEqualTo(forwarded(in, TestDirector.OUT_MAC, false, false));
        assertThat(director.back.frames).isEmpty();
    }

    @Test
    void forwardedWithThePaddingAndTheTagsThatItCameWith() {
        serve(1);
        byte[] in =
                TestPacket.join(
                        TestPacket.ethernet(
                                "8100 0005",
                                0x0800,
                                TestPacket.ipv4(
                                        6,
                                        0x4000,
                                        new byte[] {1, 1, 1, 1},
                                        TestPacket.tcp(40_000, 80, 2))),
                        new byte[] {1, 2, 3});
        assertThat(raw(in)).isEqualTo(Verdict.FORWARDED);
        byte[] out = director.out.only();
        assertThat(Arrays.copyOfRange(out, 12, 26)).isEqualTo(Arrays.copyOfRange(in, 12, 26));
        assertThat(out[26]).isEqualTo((byte) 63);
        assertThat(Arrays.copyOfRange(out, 30, out.length))
                .isEqualTo(Arrays.copyOfRange(in, 30, in.length));
    }

    @Test
    void forwardedWithTheClientsSourceMacAndAllHopsWhenSetSo() {
        director =
                new TestDirector(
                        new DirectorSettings(
                                new DirectRouting(true, true), true, true, SloppyTcp.AUTO, 1));
        serve(1);
        frame.timeToLive = 1;
        byte[] in = frame.tcp(CLIENT, 40_000, VIP, 80, Tcp.SYN).bytes();
        assertThat(syn(80)).isEqualTo(Verdict.FORWARDED);
        assertThat(director.out.only())
                .isEqualTo(forwarded(in, FrameBuilder.CLIENT_MAC, false, true));
    }

    @Test
    void forwardedOverIpv6AndTheConnectionIsFoundAgain() {
        IpAddress client = IpAddress.parse("fd00::22");
        IpAddress vip = IpAddress.parse("fd00:205::100");
        director.serve(new ServiceKey(vip, 80, Protocol.TCP), "rr", Set.of(), 1, 1);
        byte[] in = frame.tcp(client, 40_000, vip, 80, Tcp.SYN).bytes();
        assertThat(director.receive(frame)).isEqualTo(Verdict.FORWARDED);
        IpAddress first = director.lastServer();
        byte[] out = director.out.only();
        assertThat(out[21]).isEqualTo((byte) 63);
        in[21]--;
        assertThat(Arrays.copyOfRange(out, 12, out.length))
                .isEqualTo(Arrays.copyOfRange(in, 12, in.length));
        for (int i = 0; i < 3; i++) {
            assertThat(director.receive(frame.tcp(client, 40_000, vip, 80, Tcp.ACK)))
                    .isEqualTo(Verdict.FORWARDED);
            assertThat(director.lastServer()).isEqualTo(first);
        }
    }

    @Test
    void notOurMac() {
        serve(1);
        frame.tcp(CLIENT, 40_000, VIP, 80, Tcp.SYN);
        Memory.putU8(frame.address() + 5, 9);
        assertDropped(director.receive(frame), Verdict.NOT_OUR_MAC);
    }

    @Test
    void notIp() {
        assertDropped(raw(TestPacket.ethernet("", 0x0806, new byte[28])), Verdict.NOT_IP);
    }

    @Test
    void noService() {
        serve(1);
        assertDropped(syn(81), Verdict.NO_SERVICE);
        assertDropped(director.receive(frame.udp(CLIENT, 1, VIP, 80, 1)), Verdict.NO_SERVICE);
        assertDropped(
                director.receive(frame.tcp(CLIENT, 1, CLIENT, 80, Tcp.SYN)), Verdict.NO_SERVICE);
        assertDropped(
                raw(
                        TestPacket.ethernet(
                                "", 0x0800, TestPacket.ipv4(1, 0, new byte[0], new byte[8]))),
                Verdict.NO_SERVICE);
    }

    @Test
    void truncatedMalformedAndBadChecksums() {
        serve(1);
        byte[] in = frame.tcp(CLIENT, 40_000, VIP, 80, Tcp.SYN).bytes();
        assertDropped(raw(Arrays.copyOf(in, 13)), Verdict.TRUNCATED);
        assertDropped(raw(Arrays.copyOf(in, 53)), Verdict.TRUNCATED);
        byte[] broken = in.clone();
        broken[14] = 0x44;
        assertDropped(raw(broken), Verdict.MALFORMED_IP);
        broken = in.clone();
        broken[30]++;
        assertDropped(raw(broken), Verdict.BAD_IP_CHECKSUM);
        broken = in.clone();
        broken[46] = 0x40;
        assertDropped(raw(broken), Verdict.MALFORMED_TRANSPORT);
    }

    @Test
    void fragmentsThatCannotBeSentOn() {
        serve(1);
        assertDropped(raw(fragment(6, 9, 64)), Verdict.FRAGMENT_HELD);
        assertDropped(raw(fragment(17, 9, 64)), Verdict.NO_SERVICE);
        assertDropped(raw(fragment(6, 1, 64)), Verdict.TINY_FRAGMENT);
        assertDropped(raw(fragment(6, 0x2000, 16)), Verdict.TINY_FRAGMENT);
        assertDropped(raw(fragment(6, 0x2009, 63)), Verdict.MALFORMED_FRAGMENT);
        assertDropped(raw(fragment(6, 9, 0)), Verdict.MALFORMED_FRAGMENT);
        assertDropped(raw(fragment(6, 0x1fff, 64)), Verdict.MALFORMED_FRAGMENT);
    }

    private static byte[] fragment(int protocol, int flagsAndOffset, int bytes) {
        return TestPacket.ethernet(
                "",
                0x0800,
                TestPacket.ipv4(protocol, flagsAndOffset, new byte[0], new byte[bytes]));
    }

    @Test
    void martianSource() {
        serve(1);
        for (String source :
                List.of("127.0.0.1", "0.1.2.3", "224.0.0.1", "255.255.255.255", "10.0.205.100")) {
            assertDropped(
                    director.receive(frame.tcp(IpAddress.parse(source), 1, VIP, 80, Tcp.SYN)),
                    Verdict.MARTIAN_SOURCE);
        }
        IpAddress vip = IpAddress.parse("fd00:205::100");
        director.serve(new ServiceKey(vip, 80, Protocol.TCP), "rr", Set.of(), 1);
        for (String source : List.of("::", "::1", "ff02::1", "fd00:205::100")) {
            assertDropped(
                    director.receive(frame.tcp(IpAddress.parse(source), 1, vip, 80, Tcp.SYN)),
                    Verdict.MARTIAN_SOURCE);
        }
        assertThat(director.liveConnections()).isEmpty();
    }

    @Test
    void noConnection() {
        serve(1);
        assertDropped(ack(), Verdict.NO_CONNECTION);
        assertDropped(
                director.receive(frame.tcp(CLIENT, 1, VIP, 80, Tcp.SYN | Tcp.RST)),
                Verdict.NO_CONNECTION);
    }

    @Test
    void realServerGoneUnderTheKernelsSettings() {
        director = new TestDirector(DirectorSettings.KERNEL);
        serve(1);
        syn(80);
        serve();
        assertDropped(ack(), Verdict.REAL_SERVER_GONE);
    }

    @Test
    void noRealServerTellsTheClient() {
        serve(0);
        assertThat(syn(80)).isEqualTo(Verdict.NO_REAL_SERVER);
        assertThat(director.out.frames).isEmpty();
        assertThat(director.back.frames).hasSize(1);
    }

    @Test
    void neighbourUnresolvedAndNoWayOut() {
        serve(1);
        director.director.waysOut().remove(TestDirector.INTERFACE);
        assertDropped(syn(80), Verdict.NEIGHBOUR_UNRESOLVED);
        director.director.waysOut().put(TestDirector.INTERFACE, director.out);
        director.table().get(WEB).realServers().getFirst().moveTo(null);
        assertDropped(ack(), Verdict.NEIGHBOUR_UNRESOLVED);
    }

    @Test
    void transmitQueueFullIsNotCountedAsSent() {
        serve(1);
        director.out.full = true;
        assertDropped(syn(80), Verdict.TRANSMIT_QUEUE_FULL);
        assertThat(director.table().get(WEB).traffic().packets()).isZero();
    }

    @Test
    void aRemovedServiceStopsItsFlowsAtOnce() {
        serve(1);
        syn(80);
        assertThat(ack()).isEqualTo(Verdict.FORWARDED);
        director.replace(List.of());
        assertDropped(ack(), Verdict.NO_SERVICE);
    }

    @Test
    void trafficIsCountedFromTheIpHeaderOn() {
        serve(1);
        syn(80);
        ack();
        assertThat(director.table().get(WEB).traffic().connections()).isEqualTo(1);
        assertThat(director.table().get(WEB).traffic().packets()).isEqualTo(2);
        assertThat(director.table().get(WEB).traffic().bytes()).isEqualTo(80);
        assertThat(director.table().get(WEB).realServers().getFirst().traffic())
                .isEqualTo(director.table().get(WEB).traffic());
    }

    @Test
    void anExplanationDoesNotSpeakOfFramesBeforeIt() {
        serve(1);
        syn(80);
        StringBuilder heard = new StringBuilder();
        director.director.explainTo((verdict, service, origin, server) ->
                heard.append(verdict)
                        .append(' ')
                        .append(origin)
                        .append(' ')
                        .append(server)
                        .append('\n'));
        syn(81);
        syn(80);
        assertThat(heard).hasToString("NO_SERVICE NONE null\nFORWARDED CONNECTION 10.0.206.1:80\n");
    }
}
