package lb.director.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import lb.core.wire.IpAddress;
import lb.director.lab.CapturedFrame;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SevenStepsTest {
    private static final Machine SERVER = Machine.REAL_SERVERS.getFirst();
    private static final int VIP = IpAddress.parse(Machine.VIP).ipv4();
    private static final int CLIENT = Machine.CLIENT.ipv4();
    private static final int PORT = 40_000;
    private static final int SYN = 0x02;
    private static final int SYN_ACK = 0x12;

    private final List<CapturedFrame> atClient = new ArrayList<>();
    private final List<CapturedFrame> atServer = new ArrayList<>();

    @BeforeEach
    void aWholeConnection() {
        atClient.add(arp(1, 1, Machine.CLIENT, CLIENT, 0xffff_ffff_ffffL, VIP));
        atClient.add(arp(2, 2, Machine.DIRECTOR, VIP, Machine.CLIENT.macNumber(), CLIENT));
        atClient.add(tcp(3, Machine.CLIENT, Machine.DIRECTOR, CLIENT, PORT, VIP, 80, SYN, 64));
        atServer.add(tcp(4, Machine.DIRECTOR, SERVER, CLIENT, PORT, VIP, 80, SYN, 63));
        atServer.add(arp(5, 1, SERVER, SERVER.ipv4(), 0xffff_ffff_ffffL, CLIENT));
        atServer.add(arp(6, 2, Machine.CLIENT, CLIENT, SERVER.macNumber(), SERVER.ipv4()));
        atClient.add(tcp(7, SERVER, Machine.CLIENT, VIP, 80, CLIENT, PORT, SYN_ACK, 64));
    }

    @Test
    void allSevenAreFoundInOrder() {
        List<Step> steps = SevenSteps.find(SERVER, atClient, atServer);

        assertThat(steps)
                .extracting(step -> step.frame().epochNanos())
                .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
        assertThat(steps)
                .extracting(step -> Frames.text(step.frame()))
                .containsExactly(
                        "who has 10.0.205.100? tell 10.0.200.22",
                        "10.0.205.100 is at 8c:89:a5:96:51:cf",
                        "10.0.200.22:40000 > 10.0.205.100:80 SYN ttl 64",
                        "10.0.200.22:40000 > 10.0.205.100:80 SYN ttl 63",
                        "who has 10.0.200.22? tell 10.0.205.2",
                        "10.0.200.22 is at 8c:89:a5:96:4c:b2",
                        "10.0.205.100:80 > 10.0.200.22:40000 SYN+ACK ttl 64");
    }

    @Test
    void anAnswerThroughTheDirectorIsNotStepSeven() {
        atClient.set(
                3, tcp(7, Machine.DIRECTOR, Machine.CLIENT, VIP, 80, CLIENT, PORT, SYN_ACK, 64));
        assertThat(SevenSteps.find(SERVER, atClient, atServer)).hasSize(6);
    }

    @Test
    void anAnswerFromTheRealServersOwnAddressIsNotStepSeven() {
        atClient.set(
                3, tcp(7, SERVER, Machine.CLIENT, SERVER.ipv4(), 80, CLIENT, PORT, SYN_ACK, 64));
        assertThat(SevenSteps.find(SERVER, atClient, atServer)).hasSize(6);
    }

    @Test
    void anotherConnectionsSynIsNotStepFour() {
        atServer.set(0, tcp(4, Machine.DIRECTOR, SERVER, CLIENT, PORT + 1, VIP, 80, SYN, 63));
        assertThat(SevenSteps.find(SERVER, atClient, atServer)).hasSize(3);
    }

    @Test
    void aRealServerThatAnswersForTheVipIsNotStepTwo() {
        atClient.set(1, arp(2, 2, SERVER, VIP, Machine.CLIENT.macNumber(), CLIENT));
        assertThat(SevenSteps.find(SERVER, atClient, atServer)).hasSize(1);
    }

    @Test
    void aStepBeforeItsCauseDoesNotCount() {
        atServer.set(1, arp(2, 1, SERVER, SERVER.ipv4(), 0xffff_ffff_ffffL, CLIENT));
        assertThat(SevenSteps.find(SERVER, atClient, atServer)).hasSize(4);
    }

    @Test
    void aPacketWithOneLessToLiveIsAsRouted() {
        PacketComparison comparison = PacketComparison.of(atClient.get(2), atServer.get(0));
        assertThat(comparison.asRouted()).as(comparison.text()).isTrue();
        assertThat(comparison.text()).contains("40 bytes", "TTL 64 -> 63");
    }

    @Test
    void anyOtherChangeIsReported() {
        int length = 40;
        for (int offset = 0; offset < length; offset++) {
            ByteBuffer changed =
                    ByteBuffer.allocate(Frames.IP + length)
                            .put(atServer.getFirst().bytes().duplicate());
            changed.put(Frames.IP + offset, (byte) (changed.get(Frames.IP + offset) ^ 0x40));
            PacketComparison comparison =
                    PacketComparison.of(atClient.get(2), new CapturedFrame(4, changed));
            assertThat(comparison.asRouted()).as("byte %d", offset).isFalse();
        }
    }

    private static CapturedFrame arp(
            long at, int operation, Machine from, int sender, long to, int target) {
        ByteBuffer frame = ethernet(42, to, from.macNumber(), 0x0806);
        frame.putShort((short) 1)
                .putShort((short) 0x0800)
                .put((byte) 6)
                .put((byte) 4)
                .putShort((short) operation);
        mac(frame, from.macNumber()).putInt(sender);
        mac(frame, operation == 1 ? 0 : to).putInt(target);
        return new CapturedFrame(at, frame.flip());
    }

    private static CapturedFrame tcp(
            long at,
            Machine from,
            Machine to,
            int source,
            int sourcePort,
            int destination,
            int port,
            int flags,
            int ttl) {
        ByteBuffer frame = ethernet(54, to.macNumber(), from.macNumber(), 0x0800);
        // The header checksum of TTL 64 stands for any: one less to live adds 0x0100 to it.
        int checksum = 0x1234 + (64 - ttl) * 0x0100;
        frame.putShort((short) 0x4500).putShort((short) 40).putInt(0x4000);
        frame.put((byte) ttl)
                .put((byte) 6)
                .putShort((short) checksum)
                .putInt(source)
                .putInt(destination);
        frame.putShort((short) sourcePort)
                .putShort((short) port)
                .putLong(0)
                .put((byte) 0x50)
                .put((byte) flags);
        return new CapturedFrame(at, frame.position(54).flip());
    }

    private static ByteBuffer ethernet(int length, long to, long from, int type) {
        ByteBuffer frame = ByteBuffer.allocate(length);
        mac(mac(frame, to), from).putShort((short) type);
        return frame;
    }

    private static ByteBuffer mac(ByteBuffer frame, long mac) {
        return frame.putShort((short) (mac >>> 32)).putInt((int) mac);
    }
}
