package lb.core.director;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Set;
import lb.core.forward.IcmpErrors;
import lb.core.service.Protocol;
import lb.core.service.ServiceKey;
import lb.core.wire.Checksum;
import lb.core.wire.IpAddress;
import lb.core.wire.Ipv4;
import lb.core.wire.Memory;
import org.junit.jupiter.api.Test;

/** The ICMP errors that a client gets: type, code, addresses, quoted packet, checksums, rate. */
class ToldByIcmpTest {
    private static final IpAddress CLIENT = IpAddress.parse("10.0.200.22");
    private static final IpAddress VIP = IpAddress.parse("10.0.205.100");
    private static final IpAddress CLIENT6 = IpAddress.parse("fd00::22");
    private static final IpAddress VIP6 = IpAddress.parse("fd00:205::100");

    private final FrameBuilder frame = new FrameBuilder();
    private final TestDirector director = new TestDirector(DirectorSettings.DEFAULT);
    private final long scratch = Memory.allocateForever(2048);

    private static int u16(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }

    private int checksum(byte[] bytes, int from, int to) {
        Memory.copy(bytes, from, scratch, to - from);
        return Checksum.of(scratch, to - from);
    }

    private void assertLink(byte[] answer) {
        Memory.copy(answer, 0, scratch, 14);
        assertThat(Memory.u48(scratch)).isEqualTo(FrameBuilder.CLIENT_MAC);
        assertThat(Memory.u48(scratch + 6)).isEqualTo(FrameBuilder.DIRECTOR_MAC);
    }

    /** RFC 792 and RFC 1812 section 4.3.2.3: as much of the packet as fits 576 bytes. */
    private void assertIcmp(byte[] in, int type, int code, int rest) {
        byte[] answer = director.back.only();
        assertLink(answer);
        int quoted = Math.min(in.length - 14, 576 - 28);
        assertThat(answer).hasSize(14 + 28 + quoted);
        assertThat(u16(answer, 12)).isEqualTo(0x0800);
        assertThat(u16(answer, 16)).isEqualTo(28 + quoted);
        assertThat(answer[23]).isEqualTo((byte) 1);
        assertThat(Arrays.copyOfRange(answer, 26, 30))
                .as("from the VIP")
                .isEqualTo(Arrays.copyOfRange(in, 30, 34));
        assertThat(Arrays.copyOfRange(answer, 30, 34))
                .as("to the client")
                .isEqualTo(Arrays.copyOfRange(in, 26, 30));
        assertThat(checksum(answer, 14, 34)).as("IP checksum").isZero();
        assertThat(answer[34]).isEqualTo((byte) type);
        assertThat(answer[35]).isEqualTo((byte) code);
        assertThat(u16(answer, 40)).isEqualTo(rest);
        assertThat(checksum(answer, 34, answer.length)).as("ICMP checksum").isZero();
        assertThat(Arrays.copyOfRange(answer, 42, answer.length))
                .isEqualTo(Arrays.copyOfRange(in, 14, 14 + quoted));
    }

    /**
     * RFC 4443: as much of the packet as fits 1,280 bytes; the checksum covers the pseudo-header
     * too.
     */
    private void assertIcmp6(byte[] in, int type, int code, int rest) {
        byte[] answer = director.back.only();
        assertLink(answer);
        int quoted = Math.min(in.length - 14, 1280 - 48);
        assertThat(answer).hasSize(14 + 48 + quoted);
        assertThat(answer[20]).isEqualTo((byte) 58);
        assertThat(Arrays.copyOfRange(answer, 22, 38)).isEqualTo(Arrays.copyOfRange(in, 38, 54));
        assertThat(Arrays.copyOfRange(answer, 38, 54)).isEqualTo(Arrays.copyOfRange(in, 22, 38));
        assertThat(answer[54]).isEqualTo((byte) type);
        assertThat(answer[55]).isEqualTo((byte) code);
        assertThat(u16(answer, 60)).isEqualTo(rest);
        byte[] pseudo = new byte[40];
        System.arraycopy(answer, 22, pseudo, 0, 32);
        pseudo[34] = (byte) ((8 + quoted) >>> 8);
        pseudo[35] = (byte) (8 + quoted);
        pseudo[39] = 58;
        byte[] covered = Arrays.copyOf(pseudo, 40 + 8 + quoted);
        System.arraycopy(answer, 54, covered, 40, 8 + quoted);
        assertThat(checksum(covered, 0, covered.length)).as("ICMPv6 checksum").isZero();
        assertThat(Arrays.copyOfRange(answer, 62, answer.length))
                .isEqualTo(Arrays.copyOfRange(in, 14, 14 + quoted));
    }

    private void serve(int weight) {
        director.serve(new ServiceKey(VIP, 80, Protocol.UDP), "rr", Set.of(), weight);
    }

    private void serve6(int weight) {
        director.serve(new ServiceKey(VIP6, 80, Protocol.UDP), "rr", Set.of(), weight);
    }

    private byte[] send(int payload) {
        byte[] in = frame.udp(CLIENT, 40_000, VIP, 80, payload).bytes();
        director.receive(frame);
        return in;
    }

    private byte[] send6(int payload) {
        byte[] in = frame.udp(CLIENT6, 40_000, VIP6, 80, payload).bytes();
        director.receive(frame);
        return in;
    }

    private long count(Verdict verdict) {
        return director.director.verdicts().count(verdict);
    }

    @Test
    void portUnreachableWithoutARealServer() {
        serve(0);
        assertIcmp(send(13), 3, 3, 0);
        assertIcmp(send(1200), 3, 3, 0);
        serve6(0);
        assertIcmp6(send6(13), 1, 4, 0);
        assertIcmp6(send6(1400), 1, 4, 0);
        assertThat(count(Verdict.NO_REAL_SERVER)).isEqualTo(4);
    }

    @Test
    void timeExceededAtTheLastHopAndAtNone() {
        for (int hops = 0; hops <= 1; hops++) {
            frame.timeToLive = hops;
            serve(1);
            assertIcmp(send(8), 11, 0, 0);
            serve6(1);
            assertIcmp6(send6(8), 3, 0, 0);
        }
        assertThat(count(Verdict.TTL_EXPIRED)).isEqualTo(4);
        frame.timeToLive = 2;
        send6(8);
        assertThat(director.out.frames).hasSize(1);
    }

    @Test
    void tooBigNamesTheMtu() {
        director.mtu = 1400;
        serve(1);
        send(1400 - 28);
        assertThat(director.out.frames).as("what just fits").hasSize(1);
        assertIcmp(hopTaken(send(1400 - 27)), 3, 4, 1400);
        serve6(1);
        assertIcmp6(hopTaken(send6(1400 - 47)), 2, 0, 1400);
        assertThat(count(Verdict.TOO_LONG)).isEqualTo(2);
    }

    /** The kernel takes the hop before it looks at the length, so the quotation has one less. */
    private static byte[] hopTaken(byte[] in) {
        byte[] taken = in.clone();
        if (taken[14] >>> 4 == 6) {
            taken[21]--;
            return taken;
        }
        taken[22]--;
        taken[24]++; // the checksum's high byte, which is not 0xff in these frames
        return taken;
    }

    /** A frame that the way out cuts into segments may be longer than its MTU. */
    @Test
    void aSegmentedFrameIsNeverTooLong() {
        serve(1);
        frame.udp(CLIENT, 40_000, VIP, 80, 9_000);
        Memory.putU8(frame.address() - 10 + 1, 1);
        assertThat(director.receive(frame)).isEqualTo(Verdict.FORWARDED);
    }

    @Test
    void atMost50AtOnceAndAThousandASecond() {
        serve(0);
        int told = 0;
        for (int i = 0; i < 200; i++) {
            send(1);
            told += director.back.frames.size();
        }
        assertThat(told).isEqualTo(IcmpErrors.BURST);
        for (int milli = 0; milli < 1_000; milli++) {
            director.advanceMillis(1);
            send(1);
            told += director.back.frames.size();
            send(1);
            told += director.back.frames.size();
        }
        assertThat(told).isEqualTo(IcmpErrors.BURST + IcmpErrors.PER_SECOND);
        assertThat(count(Verdict.NO_REAL_SERVER))
                .as("not telling is not forgetting")
                .isEqualTo(2_200);
    }

    @Test
    void anAnswerCarriesTheTagsOfTheFrame() {
        serve(0);
        byte[] in =
                lb.core.wire.TestPacket.ethernet(
                        "8100 0005",
                        0x0800,
                        lb.core.wire.TestPacket.ipv4(
                                17,
                                0,
                                new byte[0],
                                lb.core.wire.TestPacket.udp(1, 80, new byte[1])));
        director.receive(frame.raw(in, in.length));
        byte[] answer = director.back.only();
        assertThat(Arrays.copyOfRange(answer, 12, 18)).isEqualTo(Arrays.copyOfRange(in, 12, 18));
        Memory.copy(answer, 18, scratch, 20);
        assertThat(Checksum.isValid(scratch, Ipv4.MIN_HEADER_LENGTH)).isTrue();
    }
}
