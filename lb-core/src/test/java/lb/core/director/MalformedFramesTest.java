package lb.core.director;

import static lb.core.wire.TestPacket.ethernet;
import static lb.core.wire.TestPacket.hex;
import static lb.core.wire.TestPacket.ipv4;
import static lb.core.wire.TestPacket.ipv6;
import static lb.core.wire.TestPacket.join;
import static lb.core.wire.TestPacket.tcp;
import static lb.core.wire.TestPacket.udp;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import lb.core.channel.FrameBatch;
import lb.core.channel.FrameSink;
import lb.core.service.Protocol;
import lb.core.service.RealServerDefinition;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceKey;
import lb.core.wire.Checksum;
import lb.core.wire.GuardedMemory;
import lb.core.wire.IpAddress;
import lb.core.wire.Memory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Frames that somebody broke on purpose. Each stands at the end of its page, with an unmapped page
 * behind it and guard bytes in front of it; a read beyond its end kills the test's JVM.
 */
class MalformedFramesTest {
    private static final long SEED = 1_000_000;
    private static final int FRAMES = 1_000_000;
    private static final int GUARD = 64;
    private static final byte[] NONE = {};

    /** Takes everything, reads the last byte, writes nothing. */
    private static final FrameSink SINK =
            new FrameSink() {
                @Override
                public boolean transmit(long frame, int length) {
                    return length > 0 && Memory.u8(frame + length - 1) >= 0;
                }

                @Override
                public void flush() {}
            };

    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    private final GuardedMemory memory = new GuardedMemory(1);
    private final FrameBatch batch = new FrameBatch(1);
    private final TestDirector test = new TestDirector(DirectorSettings.DEFAULT, 10_000);
    private final Ingress ingress = new Ingress(Ingress.ANY_MAC, SINK);
    private final List<byte[]> valid = validFrames();
    private final byte[] guard = new byte[GUARD];
    private final byte[] seen = new byte[2048];
    private long nowNanos = 3_600_000_000_000L;
    private long received;

    private static List<byte[]> validFrames() {
        byte[] extensions =
                join(
                        hex("2b00 0104 0000 0000"),
                        hex("3c02 0400 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000"),
                        hex("2c00 0104 0000 0000"),
                        hex("3300 0001 0000 cafe"),
                        hex("0604 0000 0000 0001 0000 0001 0000 0000 0000 0000 0000 0000"));
        byte[] options = new byte[40];
        Arrays.fill(options, (byte) 1);
        return List.of(
                ethernet("", 0x0800, ipv4(6, 0x4000, NONE, tcp(40_000, 80, 0x02))),
                ethernet(
                        "",
                        0x0800,
                        ipv4(6, 0x4000, options, join(tcp(40_000, 80, 0x10), new byte[100]))),
                ethernet("8100 0005", 0x0800, ipv4(17, 0, NONE, udp(40_000, 80, new byte[30]))),
                ethernet(
                        "88a8 0064 8100 0005",
                        0x0800,
                        ipv4(
                                132,
                                0,
                                NONE,
                                join(
                                        hex("9c40 0050 0000 0000 0000 0000"),
                                        hex("0100 0014"),
                                        new byte[16],
                                        hex("0300 0010"),
                                        new byte[12]))),
                ethernet(
                        "",
                        0x0800,
                        ipv4(
                                1,
                                0,
                                NONE,
                                join(hex("0304 0000 0000 05dc"), ipv4(6, 0, NONE, tcp(1, 2, 3))))),
                ethernet("", 0x0800, ipv4(17, 0x2000, NONE, udp(40_000, 80, new byte[64]))),
                ethernet("", 0x0800, ipv4(17, 0x0009, NONE, new byte[64])),
                ethernet("", 0x0800, ipv4(17, 0x2011, NONE, new byte[64])),
                ethernet(
                        "",
                        0x86dd,
                        ipv6(44, join(hex("1100 0001 0000 beef"), udp(40_000, 80, new byte[56])))),
                ethernet("", 0x86dd, ipv6(44, join(hex("1100 0040 0000 beef"), new byte[30]))),
                ethernet(
                        "",
                        0x0800,
                        ipv4(
                                1,
                                0,
                                NONE,
                                join(
                                        hex("0304 0000 0000 05dc"),
                                        quotingTheVip(ipv4(17, 0x0009, NONE, new byte[8]))))),
                ethernet("", 0x86dd, ipv6(6, tcp(40_000, 80, 0x02))),
                ethernet("8100 0005", 0x86dd, ipv6(0, join(extensions, tcp(40_000, 80, 0x10)))),
                ethernet(
                        "",
                        0x86dd,
                        ipv6(44, join(hex("1100 0000 0000 cafe"), udp(40_000, 80, new byte[9])))),
                ethernet("", 0x86dd, ipv6(58, hex("0200 0000 0000 0500"))),
                ethernet("", 0x0806, new byte[46]));
    }

    /** Turns a packet round: as if a real server had sent it from the VIP. */
    private static byte[] quotingTheVip(byte[] ip) {
        byte[] turned = ip.clone();
        System.arraycopy(ip, 12, turned, 16, 4);
        System.arraycopy(ip, 16, turned, 12, 4);
        return turned;
    }

    @BeforeEach
    void serve() {
        random.nextBytes(guard);
        test.director.waysOut().put(TestDirector.INTERFACE, SINK);
        test.replace(
                List.of(
                        service("10.0.205.100", Protocol.TCP, "rr"),
                        service("10.0.205.100", Protocol.UDP, "mh"),
                        service("10.0.205.100", Protocol.SCTP, "wrr"),
                        service("fd00:205::100", Protocol.TCP, "mh"),
                        service("fd00:205::100", Protocol.UDP, "lc")));
    }

    private static ServiceDefinition service(String vip, Protocol protocol, String scheduler) {
        String net = vip.contains(":") ? "fd00:206::" : "10.0.206.";
        return new ServiceDefinition(
                new ServiceKey(IpAddress.parse(vip), 80, protocol),
                scheduler,
                Set.of(),
                List.of(
                        new RealServerDefinition(IpAddress.parse(net + 1), 80, 1),
                        new RealServerDefinition(IpAddress.parse(net + 2), 80, 2)));
    }

    private void receive(byte[] frame, int length) {
        long address = memory.lastBytes(length);
        Memory.copy(frame, 0, address, length);
        Memory.copy(guard, 0, address - GUARD, GUARD);
        Memory.putI64(address - 10, 0);
        Memory.putU16(address - 2, 0);
        batch.clear();
        batch.add(address, length);
        nowNanos += 1_000;
        test.director.onFrames(batch, ingress, nowNanos);
        received++;
        check(address, frame, length);
    }

    private void check(long address, byte[] frame, int length) {
        if (test.director.verdicts().total() != received
                || test.director.verdicts().count(Verdict.INTERNAL_ERROR) != 0) {
            throw failure("not one verdict, or an internal error", frame, length);
        }
        Memory.copy(address - GUARD, seen, 0, GUARD);
        if (!Arrays.equals(seen, 0, GUARD - 10, guard, 0, GUARD - 10)
                || Memory.i64(address - 10) != 0) {
            throw failure("wrote in front of the frame", frame, length);
        }
        if (length < 14) {
            return;
        }
        // Behind the Ethernet header only the time to live and the checksum may have changed: at
        // most 3 bytes.
        Memory.copy(address, seen, 0, length);
        int changed = 0;
        for (int i = 12; i < length; i++) {
            changed += seen[i] != frame[i] ? 1 : 0;
        }
        if (changed > 3) {
            throw failure("changed the packet", frame, length);
        }
    }

    private static AssertionError failure(String what, byte[] frame, int length) {
        return new AssertionError(
                what + ", seed " + SEED + ": " + HexFormat.of().formatHex(frame, 0, length));
    }

    @Test
    void everyValidFrameCutAtEachLengthEndsInAVerdict() {
        for (byte[] frame : valid) {
            for (int length = 0; length <= frame.length; length++) {
                receive(frame, length);
            }
        }
        assertThat(test.director.verdicts().count(Verdict.FORWARDED)).isEqualTo(10);
    }

    @Test
    void aMillionBrokenFramesEndInExactlyOneVerdictEach() {
        for (int i = 0; i < FRAMES; i++) {
            byte[] frame = valid.get(random.nextInt(valid.size())).clone();
            int length = damage(frame);
            receive(frame, length);
        }
        assertThat(test.director.verdicts().total()).isEqualTo(FRAMES);
        for (Verdict verdict :
                Set.of(
                        Verdict.FORWARDED,
                        Verdict.NOT_IP,
                        Verdict.NO_SERVICE,
                        Verdict.TRUNCATED,
                        Verdict.MALFORMED_IP,
                        Verdict.BAD_IP_CHECKSUM,
                        Verdict.MALFORMED_TRANSPORT,
                        Verdict.MALFORMED_FRAGMENT,
                        Verdict.TINY_FRAGMENT,
                        Verdict.FRAGMENT_HELD,
                        Verdict.OVERLAPPING_FRAGMENT,
                        Verdict.QUOTES_LATER_FRAGMENT,
                        Verdict.MARTIAN_SOURCE,
                        Verdict.NO_CONNECTION,
                        Verdict.TTL_EXPIRED)) {
            assertThat(test.director.verdicts().count(verdict))
                    .as("frames that were %s", verdict)
                    .isPositive();
        }
    }

    /**
     * Some harm of each kind; half of the IPv4 headers get a right checksum, to be read beyond it.
     */
    private int damage(byte[] frame) {
        int length = frame.length;
        for (int harm = random.nextInt(1, 4); harm > 0; harm--) {
            switch (random.nextInt(6)) {
                case 0 -> length = random.nextInt(frame.length + 1);
                case 1 -> frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
                case 2 -> frame[random.nextInt(14, frame.length)] = (byte) random.nextInt(256);
                case 3 -> setOneOf(frame, 14, 16, 17, 18, 20, 21, 22, 26, 29, 46, 54, 55);
                case 4 -> setOneOf(frame, 18, 19, 20, 21, 56, 57, 58, 61);
                default -> setOneOf(frame, 12, 13, 20, 23, 26, 30, 33, 42, 43);
            }
        }
        if (random.nextBoolean() && frame[12] == 8 && frame[13] == 0) {
            fixChecksum(frame);
        }
        return length;
    }

    private void setOneOf(byte[] frame, int... offsets) {
        int[] values = {0, 1, 4, 6, 8, 0x0f, 0x40, 0x44, 0x45, 0x46, 0x4f, 0x60, 127, 0xff};
        int offset = offsets[random.nextInt(offsets.length)];
        frame[Math.min(offset, frame.length - 1)] = (byte) values[random.nextInt(values.length)];
    }

    private void fixChecksum(byte[] frame) {
        int header = Math.min((frame[14] & 15) * 4, frame.length - 14);
        frame[24] = frame[25] = 0;
        long scratch = memory.lastBytes(frame.length);
        Memory.copy(frame, 0, scratch, frame.length);
        int checksum = Checksum.of(scratch + 14, header);
        frame[24] = (byte) (checksum >>> 8);
        frame[25] = (byte) checksum;
    }
}
