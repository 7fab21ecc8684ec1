package lb.core.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The program run by the kernel on single frames (BPF_PROG_TEST_RUN): frame in, verdict out. */
class SteeringProgramTest {
    private static final int PASS = -1;
    private static final int DROP = 2;
    private static final InetAddress VIP = InetAddress.ofLiteral("10.66.0.100");
    private static final InetAddress VIP6 = InetAddress.ofLiteral("fd66::100");
    private static final byte[] PORTS_80 = HexFormat.of().parseHex("3039005000000000");
    private static final byte[] PORTS_81 = HexFormat.of().parseHex("3039005100000000");
    private static final byte[] PORTS_0 = HexFormat.of().parseHex("3039000000000000");

    private BpfMap map;
    private Descriptor program;

    @BeforeEach
    void load() {
        LabNamespace.requireRoot();
        map = BpfMap.create("test", SteeredService.KEY_LENGTH, 16);
        program = Bpf.loadClassifier("test", SteeringProgram.assemble(map.fd()));
        steer(Set.of(new SteeredService(VIP, 6, 80), new SteeredService(VIP6, 6, 80)));
    }

    @AfterEach
    void unload() {
        if (map != null) {
            program.close();
            map.close();
        }
    }

    @Test
    void ipv4WithoutAndWithOptionsIsFoundByItsPort() {
        for (int words = 5; words <= 15; words++) {
            assertThat(run(ipv4(words, 6, 0, PORTS_80))).as("IHL %d", words).isEqualTo(DROP);
            assertThat(run(ipv4(words, 6, 0, PORTS_81))).as("IHL %d", words).isEqualTo(PASS);
        }
        assertThat(run(ipv4(4, 6, 0, PORTS_80))).as("IHL too small").isEqualTo(PASS);
    }

    @Test
    void protocolsOtherThanTheServicesPass() {
        for (int protocol : new int[] {1, 2, 17, 50, 58, 112, 132}) {
            assertThat(run(ipv4(5, protocol, 0, PORTS_80))).isEqualTo(PASS);
            assertThat(run(ipv6(protocol, PORTS_80))).isEqualTo(PASS);
        }
        steer(Set.of(new SteeredService(VIP, 132, 80)));
        assertThat(run(ipv4(5, 132, 0, PORTS_80))).isEqualTo(DROP);
    }

    @Test
    void laterFragmentsGoByAddressAndProtocolAndFirstOnesByTheirPort() {
        int moreFragments = 0x2000;
        assertThat(run(ipv4(5, 6, moreFragments, PORTS_80))).isEqualTo(DROP);
        assertThat(run(ipv4(5, 6, moreFragments, PORTS_81))).isEqualTo(PASS);
        assertThat(run(ipv4(5, 6, moreFragments | 185, PORTS_81))).isEqualTo(DROP);
        assertThat(run(ipv4(5, 6, 185, new byte[0]))).isEqualTo(DROP);
        assertThat(run(ipv4(5, 17, 185, PORTS_80))).isEqualTo(PASS);
    }

    @Test
    void ipv6ExtensionHeadersAreSteppedOver() {
        assertThat(run(ipv6(6, PORTS_80))).isEqualTo(DROP);
        assertThat(run(ipv6(6, PORTS_81))).isEqualTo(PASS);
        for (int header : new int[] {0, 43, 60}) {
            assertThat(run(ipv6(header, extension(6, 0), PORTS_80))).isEqualTo(DROP);
            assertThat(run(ipv6(header, extension(6, 3), PORTS_80))).isEqualTo(DROP);
            assertThat(run(ipv6(header, extension(6, 3), PORTS_81))).isEqualTo(PASS);
        }
        byte[] chain = concat(extension(60, 0), extension(43, 1), extension(6, 2));
        assertThat(run(ipv6(0, chain, PORTS_80))).isEqualTo(DROP);
    }

    @Test
    void ipv6FragmentsAreToldApart() {
        assertThat(run(ipv6(44, fragment(6, 1), PORTS_80))).as("first").isEqualTo(DROP);
        assertThat(run(ipv6(44, fragment(6, 1), PORTS_81))).as("first, other").isEqualTo(PASS);
        assertThat(run(ipv6(44, fragment(6, 8), PORTS_81))).as("later").isEqualTo(DROP);
        assertThat(run(ipv6(44, fragment(17, 8), PORTS_80))).as("later, UDP").isEqualTo(PASS);
        byte[] behindOptions = concat(extension(44, 0), fragment(6, 8));
        assertThat(run(ipv6(60, behindOptions, PORTS_81))).isEqualTo(DROP);
    }

    @Test
    void moreExtensionHeadersThanTheBoundPass() {
        byte[] chain = new byte[0];
        for (int i = 1; i < SteeringProgram.MAX_EXTENSION_HEADERS; i++) {
            chain = concat(chain, extension(60, 0));
        }
        assertThat(run(ipv6(60, concat(chain, extension(6, 0)), PORTS_80))).isEqualTo(DROP);
        byte[] tooMany = concat(chain, extension(60, 0), extension(6, 0));
        assertThat(run(ipv6(60, tooMany, PORTS_80))).isEqualTo(PASS);
    }

    @Test
    void aPacketToPortZeroIsNoServiceUnlessEveryPortIs() {
        assertThat(run(ipv4(5, 6, 0, PORTS_0))).isEqualTo(PASS);
        steer(Set.of(new SteeredService(VIP, 6, 0)));
        assertThat(run(ipv4(5, 6, 0, PORTS_0))).isEqualTo(DROP);
        assertThat(run(ipv4(5, 6, 0, PORTS_81))).isEqualTo(DROP);
        assertThat(run(ipv4(5, 6, 185, PORTS_81))).isEqualTo(DROP);
        assertThat(run(ipv4(5, 17, 0, PORTS_81))).isEqualTo(PASS);
    }

    @Test
    void taggedFramesAndFramesForOtherHostsPass() {
        byte[] frame = ipv4(5, 6, 0, PORTS_80);
        byte[] tagged =
                concat(
                        Arrays.copyOf(frame, 12),
                        HexFormat.of().parseHex("81000064"),
                        Arrays.copyOfRange(frame, 12, frame.length));
        assertThat(run(tagged)).isEqualTo(PASS);
        frame[5] = 1;
        assertThat(run(frame)).as("MAC 00:00:00:00:00:01").isEqualTo(PASS);
    }

    @Test
    void aFrameCutShortBeforeItsPortsPasses() {
        byte[] chain = concat(extension(60, 1), fragment(6, 1));
        for (byte[] frame : new byte[][] {ipv4(7, 6, 0, PORTS_80), ipv6(0, chain, PORTS_80)}) {
            int ports = frame.length - PORTS_80.length;
            // The kernel runs no test on less than a whole IP header.
            int ipHeader = frame[12] == 8 ? 20 : 40;
            for (int length = 14 + ipHeader; length < ports + 4; length++) {
                assertThat(run(Arrays.copyOf(frame, length))).as("%d", length).isEqualTo(PASS);
            }
            assertThat(run(Arrays.copyOf(frame, ports + 4))).isEqualTo(DROP);
        }
    }

    @Test
    void framesWithRandomBytesAlwaysGetOneOfTheTwoVerdicts() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] chain = concat(extension(60, 1), fragment(6, 1));
        for (int i = 0; i < 5_000; i++) {
            byte[] frame =
                    random.nextBoolean() ? ipv4(7, 6, 0, PORTS_80) : ipv6(0, chain, PORTS_80);
            for (int n = random.nextInt(4); n >= 0; n--) {
                frame[14 + random.nextInt(frame.length - 14)] = (byte) random.nextInt();
            }
            assertThat(run(frame))
                    .as("seed %d: %s", seed, HexFormat.of().formatHex(frame))
                    .isIn(PASS, DROP);
        }
    }

    private void steer(Set<SteeredService> services) {
        map.keys().forEach(map::remove);
        SteeringFilter.entries(services).forEach((entry, value) -> map.put(entry.key(), value));
    }

    private static byte[] ipv4(int words, int protocol, int fragment, byte[] payload) {
        ByteBuffer packet = ByteBuffer.allocate(14 + Math.max(5, words) * 4 + payload.length);
        packet.putShort(12, (short) 0x0800).put(14, (byte) (0x40 | words));
        packet.putShort(20, (short) fragment).put(22, (byte) 64).put(23, (byte) protocol);
        packet.put(30, VIP.getAddress());
        packet.put(packet.capacity() - payload.length, payload);
        return packet.array();
    }

    private static byte[] ipv6(int nextHeader, byte[]... payload) {
        byte[] behind = concat(payload);
        ByteBuffer packet = ByteBuffer.allocate(54 + behind.length);
        packet.putShort(12, (short) 0x86dd).put(14, (byte) 0x60).put(20, (byte) nextHeader);
        packet.put(38, VIP6.getAddress()).put(54, behind);
        return packet.array();
    }

    private static byte[] extension(int nextHeader, int length) {
        byte[] header = new byte[8 + 8 * length];
        header[0] = (byte) nextHeader;
        header[1] = (byte) length;
        return header;
    }

    private static byte[] fragment(int nextHeader, int offsetAndFlags) {
        return new byte[] {(byte) nextHeader, 0, 0, (byte) offsetAndFlags, 1, 2, 3, 4};
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private int run(byte[] frame) {
        return ProgramRun.of(program, frame, 0).result();
    }
}
