package lb.core.director;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import lb.core.service.Protocol;
import lb.core.service.ServiceKey;
import lb.core.wire.Checksum;
import lb.core.wire.Crc32c;
import lb.core.wire.IpAddress;
import lb.core.wire.Memory;
import lb.core.wire.Tcp;
import lb.core.wire.TestPacket;
import org.junit.jupiter.api.Test;

/** Packets longer than the way out: cut, told, or segmented shorter. */
class TooLongForTheWayOutTest {
    private static final IpAddress CLIENT = IpAddress.parse("10.0.200.22");
    private static final IpAddress VIP = IpAddress.parse("10.0.205.100");
    private static final int ETHERNET = 14;

    private final TestDirector test = new TestDirector(DirectorSettings.DEFAULT);
    private final FrameBuilder frame = new FrameBuilder();

    private void serve(Protocol protocol, int mtu) {
        test.mtu = mtu;
        test.serve(new ServiceKey(VIP, 80, protocol), "rr", Set.of(), 1);
    }

    private static byte[] datagram(int flags, byte[] options, int size) {
        byte[] data = new byte[size];
        for (int i = 0; i < size; i++) {
            data[i] = (byte) (i * 7);
        }
        return TestPacket.ethernet(
                "", 0x0800, TestPacket.ipv4(17, flags, options, TestPacket.udp(40_000, 80, data)));
    }

    private Verdict receive(byte[] bytes) {
        return test.receive(frame.raw(bytes, bytes.length));
    }

    @Test
    void thePiecesAreTheWholeAndCarryTheCopiedOptionsOnly() {
        serve(Protocol.UDP, 600);
        // A security option, which is copied, and a record route, which is not (RFC 791).
        byte[] options = HexFormat.of().parseHex("820400000707040000000000".replace(" ", ""));
        byte[] in = datagram(0, options, 1500);
        assertThat(receive(in)).isEqualTo(Verdict.FORWARDED);
        assertThat(test.out.frames).hasSize(3);
        WholeDatagrams together = new WholeDatagrams();
        for (byte[] piece : test.out.frames) {
            assertThat(piece.length).isLessThanOrEqualTo(ETHERNET + 600);
            boolean first = piece == test.out.frames.getFirst();
            assertThat(HexFormat.of().formatHex(piece, ETHERNET + 20, ETHERNET + 32))
                    .isEqualTo(first ? "820400000707040000000000" : "820400000101010101010100");
            assertThat(checksum(piece, ETHERNET, 32)).isZero();
            together.add(piece);
        }
        String payload = HexFormat.of().formatHex(in, ETHERNET + 32, in.length);
        assertThat(together.whole()).singleElement().asString().endsWith(" " + payload);
    }

    private static int checksum(byte[] bytes, int from, int length) {
        try (Memory.Scratch scratch = Memory.scratch(length)) {
            Memory.copy(bytes, from, scratch.address(), length);
            return Checksum.of(scratch.address(), length);
        }
    }

    @Test
    void aFragmentIsCutIntoFragments() {
        serve(Protocol.UDP, 576);
        byte[] in = datagram(0x2000, new byte[0], 1000);
        assertThat(receive(in)).isEqualTo(Verdict.FORWARDED);
        assertThat(test.out.frames).hasSize(2);
        for (byte[] piece : test.out.frames) {
            assertThat(piece[ETHERNET + 6] & 0x20).as("more follow each of them").isEqualTo(0x20);
        }
    }

    @Test
    void anUnfinishedChecksumIsFinishedFirst() {
        serve(Protocol.UDP, 576);
        byte[] in = datagram(0, new byte[0], 1000);
        int pseudo = 0x0a00 + 0xc816 + 0x0a00 + 0xcd64 + 17 + 1008;
        pseudo = (pseudo & 0xffff) + (pseudo >>> 16);
        ByteBuffer.wrap(in).putShort(ETHERNET + 26, (short) pseudo);
        frame.raw(in, in.length);
        unfinished(6);
        assertThat(test.receive(frame)).isEqualTo(Verdict.FORWARDED);
        ByteBuffer whole = ByteBuffer.allocate(12 + 1008);
        whole.put(HexFormat.of().parseHex("0a00c8160a00cd64")).putShort((short) 17);
        whole.putShort((short) 1008);
        for (byte[] piece : test.out.frames) {
            whole.put(piece, ETHERNET + 20, piece.length - ETHERNET - 20);
        }
        assertThat(checksum(whole.array(), 0, 1020)).isZero();
    }

    /** The sender's stack has left the checksum to the hardware. */
    private void unfinished(int offset) {
        long vnet = frame.address() - 10;
        Memory.putU8(vnet, 1);
        Memory.putU16(vnet + 6, Integer.reverseBytes(ETHERNET + 20) >>> 16);
        Memory.putU16(vnet + 8, Integer.reverseBytes(offset) >>> 16);
    }

    /** CRC32c, where the kernel would put an Internet checksum. */
    @Test
    void anUnfinishedSctpChecksumIsFinished() {
        serve(Protocol.SCTP, 1500);
        byte[] init =
                HexFormat.of()
                        .parseHex(
                                "93220050000000000000000001000014000000070000ffff0001000100000001");
        byte[] in = TestPacket.ethernet("", 0x0800, TestPacket.ipv4(132, 0, new byte[0], init));
        frame.raw(in, in.length);
        unfinished(8);
        assertThat(test.receive(frame)).isEqualTo(Verdict.FORWARDED);
        // What the recorded frame of this INIT carries.
        assertThat(HexFormat.of().formatHex(test.out.only(), ETHERNET + 28, ETHERNET + 32))
                .isEqualTo("9aa850f9");
    }

    @Test
    void theCheckValueOfCrc32c() {
        byte[] digits = "123456789".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        try (Memory.Scratch scratch = Memory.scratch(digits.length)) {
            Memory.copy(digits, 0, scratch.address(), digits.length);
            assertThat(Crc32c.of(scratch.address(), digits.length)).isEqualTo(0xe306_9283);
        }
    }

    @Test
    void segmentsThatAreTooLongAreToldToAClientThatForbidsCuttingAndElseMadeShorter() {
        serve(Protocol.TCP, 1400);
        assertThat(segmented(0x4000, 1460)).isEqualTo(Verdict.TOO_LONG);
        assertThat(test.back.frames).hasSize(1);
        assertThat(segmented(0x4000, 1360)).isEqualTo(Verdict.FORWARDED);
        assertThat(segmented(0, 1460)).isEqualTo(Verdict.FORWARDED);
        assertThat(Integer.reverseBytes(Memory.u16(frame.address() - 6)) >>> 16).isEqualTo(1360);
    }

    private Verdict segmented(int flags, int segment) {
        byte[] segments = Arrays.copyOf(TestPacket.tcp(40_000, 80, Tcp.SYN), 20 + 4 * 1460);
        byte[] in =
                TestPacket.ethernet("", 0x0800, TestPacket.ipv4(6, flags, new byte[0], segments));
        frame.raw(in, in.length);
        Memory.putU8(frame.address() - 9, 1);
        Memory.putU16(frame.address() - 6, Integer.reverseBytes(segment) >>> 16);
        return test.receive(frame);
    }
}
