package lb.core.director;

import static lb.core.wire.TestPacket.ethernet;
import static lb.core.wire.TestPacket.ipv6;
import static lb.core.wire.TestPacket.join;
import static lb.core.wire.TestPacket.udp;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import lb.core.channel.FrameSink;
import lb.core.fragment.HeldFate;
import lb.core.fragment.WaitingFragments;
import lb.core.service.Protocol;
import lb.core.service.RealServerDefinition;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceKey;
import lb.core.wire.IpAddress;
import lb.core.wire.TestPacket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FragmentsTest {
    private static final long SEED = 791;
    private static final int LATER = 30_000;

    private final TestDirector test = new TestDirector(DirectorSettings.DEFAULT);
    private final FrameBuilder frame = new FrameBuilder();

    @BeforeEach
    void serve() {
        test.replace(List.of(service("10.0.205.100"), service("fd00:205::100")));
    }

    /** One datagram, one real server: nothing but the fragments' memory keeps it together. */
    private static ServiceDefinition service(String vip) {
        String net = vip.contains(":") ? "fd00:206::" : "10.0.206.";
        List<RealServerDefinition> servers = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            servers.add(new RealServerDefinition(IpAddress.parse(net + i), 80, 1));
        }
        return new ServiceDefinition(
                new ServiceKey(IpAddress.parse(vip), 80, Protocol.UDP),
                "rr",
                Set.of(),
                lb.core.service.Persistence.NONE,
                true,
                servers);
    }

    /** A fragment of a datagram whose payload is {@code size} bytes, its UDP header included. */
    private static byte[] fragment(boolean v6, int id, int size, int from, int to) {
        byte[] whole = udp(40_000 + id % 1000, 80, new byte[size - 8]);
        for (int i = 8; i < size; i++) {
            whole[i] = (byte) (i * 31 + id);
        }
        byte[] part = Arrays.copyOfRange(whole, from, to);
        boolean more = to < size;
        if (v6) {
            byte[] header =
                    ByteBuffer.allocate(8)
                            .put((byte) 17)
                            .put((byte) 0)
                            .putShort((short) (from | (more ? 1 : 0)))
                            .putInt(id)
                            .array();
            return ethernet("", 0x86dd, ipv6(44, join(header, part)));
        }
        byte[] packet = TestPacket.ipv4(17, from / 8 | (more ? 0x2000 : 0), new byte[0], part);
        return ethernet("", 0x0800, withId(packet, id));
    }

    private static byte[] withId(byte[] packet, int id) {
        ByteBuffer ip = ByteBuffer.wrap(packet).putShort(4, (short) id).putShort(10, (short) 0);
        int sum = 0;
        for (int i = 0; i < 20; i += 2) {
            sum += ip.getShort(i) & 0xffff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        ip.putShort(10, (short) ~((sum & 0xffff) + (sum >>> 16)));
        return packet;
    }

    private Verdict receive(byte[] bytes) {
        return test.receive(frame.raw(bytes, bytes.length));
    }

    private long held(HeldFate fate) {
        return test.director.heldFragments().count(fate);
    }

    @Test
    void laterOnesFollowTheFirstAndEarlyOnesWaitForIt() {
        for (boolean v6 : new boolean[] {false, true}) {
            assertThat(receive(fragment(v6, 7, 300, 200, 300))).isEqualTo(Verdict.FRAGMENT_HELD);
            assertThat(receive(fragment(v6, 7, 300, 96, 200))).isEqualTo(Verdict.FRAGMENT_HELD);
            assertThat(test.out.frames).isEmpty();
            assertThat(receive(fragment(v6, 7, 300, 0, 88))).isEqualTo(Verdict.FORWARDED);
            assertThat(test.out.frames).as("the first, and two in the order of offsets").hasSize(3);
            byte[] second = test.out.frames.get(1);
            byte[] expected = fragment(v6, 7, 300, 96, 200);
            assertThat(Arrays.copyOfRange(second, 60, second.length))
                    .isEqualTo(Arrays.copyOfRange(expected, 60, expected.length));
            byte[] mac = Arrays.copyOf(second, 6);
            assertThat(receive(fragment(v6, 7, 300, 88, 96))).isEqualTo(Verdict.FORWARDED);
            assertThat(Arrays.copyOf(test.out.only(), 6)).isEqualTo(mac);
        }
        assertThat(held(HeldFate.FORWARDED)).isEqualTo(4);
    }

    @Test
    void aCompleteDatagramIsForgottenSoThatItsIdentificationCanServeAgain() {
        assertThat(receive(fragment(false, 9, 64, 0, 32))).isEqualTo(Verdict.FORWARDED);
        assertThat(receive(fragment(false, 9, 64, 32, 64))).isEqualTo(Verdict.FORWARDED);
        assertThat(receive(fragment(false, 9, 64, 32, 64))).isEqualTo(Verdict.FRAGMENT_HELD);
    }

    @Test
    void anOverlapEndsItsDatagram() {
        receive(fragment(false, 3, 200, 0, 64));
        assertThat(receive(fragment(false, 3, 200, 56, 128)))
                .isEqualTo(Verdict.OVERLAPPING_FRAGMENT);
        assertThat(receive(fragment(false, 3, 200, 64, 200))).isEqualTo(Verdict.FRAGMENT_REFUSED);
    }

    @Test
    void whatWaitsTooLongExpiresAndIsCounted() {
        receive(fragment(false, 5, 200, 64, 200));
        test.advanceMillis(29_000);
        receive(fragment(false, 6, 200, 64, 200));
        assertThat(held(HeldFate.EXPIRED)).isZero();
        test.advanceMillis(2_000);
        assertThat(receive(fragment(false, 5, 200, 0, 64))).isEqualTo(Verdict.FORWARDED);
        assertThat(test.out.frames).hasSize(1);
        assertThat(held(HeldFate.EXPIRED)).isEqualTo(1);
    }

    @Test
    void theRoomIsBoundedAndTheOldestGoFirst() {
        for (int id = 0; id < 20_000; id++) {
            receive(fragment(false, id, 1400, 200, 1400));
        }
        long discarded = held(HeldFate.DISCARDED);
        assertThat(20_000 - discarded).isBetween(100L, (long) WaitingFragments.MAX_DATAGRAMS);
        receive(fragment(false, 19_999, 1400, 0, 200));
        assertThat(test.out.frames).as("the youngest is still there").hasSize(2);
        receive(fragment(false, 0, 1400, 0, 200));
        assertThat(test.out.frames).as("the oldest is gone").hasSize(1);
    }

    @Test
    void oneDatagramMayNotHaveMoreWaitingThanItsShare() {
        for (int i = 0; i < WaitingFragments.MAX_FRAMES_OF_ONE; i++) {
            assertThat(receive(fragment(false, 1, 8000, 8 + 8 * i, 16 + 8 * i)))
                    .isEqualTo(Verdict.FRAGMENT_HELD);
        }
        assertThat(receive(fragment(false, 1, 8000, 7000, 7008)))
                .isEqualTo(Verdict.FRAGMENT_OVERFLOW);
    }

    /** Datagrams of both families, cut at random, in random order and some parts twice. */
    @Test
    void eachDatagramArrivesWholeAtOneRealServer() {
        Random random = new Random(SEED);
        for (int round = 0; round < 300; round++) {
            List<byte[]> frames = new ArrayList<>();
            int datagrams = random.nextInt(1, 9);
            for (int d = 0; d < datagrams; d++) {
                frames.addAll(cut(random, random.nextBoolean(), round * 10 + d));
            }
            Collections.shuffle(frames, random);
            assertThat(whole(frames)).as("seed %d, round %d", SEED, round).isEqualTo(datagrams);
        }
        long waited = test.director.verdicts().count(Verdict.FRAGMENT_HELD);
        assertThat(waited).as("some came too early").isGreaterThan(500);
        test.advanceMillis(31_000);
        for (int i = 0; i < 200; i++) {
            receive(new byte[14]);
        }
        long ended = 0;
        for (HeldFate fate : HeldFate.values()) {
            ended += held(fate);
        }
        assertThat(ended).as("each that waited has a fate").isEqualTo(waited);
    }

    private static List<byte[]> cut(Random random, boolean v6, int id) {
        int size = random.nextInt(24, 3000);
        List<byte[]> parts = new ArrayList<>();
        int from = 0;
        while (from < size) {
            int to = Math.min(size, from + 8 * random.nextInt(1, 60));
            // The whole is no fragment: at least two parts.
            to = from == 0 && to == size ? 16 : to;
            byte[] part = tagged(TAGS[id % TAGS.length], fragment(v6, id, size, from, to));
            parts.add(part);
            if (random.nextInt(8) == 0) {
                parts.add(part);
            }
            from = to;
        }
        return parts;
    }

    private static final String[] TAGS = {"", "81000005", "88a8000a81000005"};

    /** The same frame with 802.1Q tags behind the addresses. */
    private static byte[] tagged(String tags, byte[] plain) {
        return join(
                Arrays.copyOf(plain, 12),
                TestPacket.hex(tags),
                Arrays.copyOfRange(plain, 12, plain.length));
    }

    private static byte[] untagged(byte[] frame) {
        int type = ByteBuffer.wrap(frame).getShort(12) & 0xffff;
        return type == 0x8100 || type == 0x88a8
                ? untagged(
                        join(Arrays.copyOf(frame, 12), Arrays.copyOfRange(frame, 16, frame.length)))
                : frame;
    }

    private static int identification(byte[] untagged) {
        ByteBuffer frame = ByteBuffer.wrap(untagged);
        return untagged[14] >> 4 == 4 ? frame.getShort(18) & 0xffff : frame.getInt(58);
    }

    private long whole(List<byte[]> frames) {
        WholeDatagrams arrived = new WholeDatagrams();
        for (byte[] bytes : frames) {
            receive(bytes);
            for (byte[] sent : test.out.frames) {
                byte[] untagged = untagged(sent);
                int id = identification(untagged);
                assertThat(sent.length - untagged.length)
                        .as("the tags of datagram %d", id)
                        .isEqualTo(TAGS[id % TAGS.length].length() / 2);
                arrived.add(untagged);
            }
        }
        // Where all parts came twice, a second real server may have got it whole, too.
        return arrived.whole().stream().map(text -> text.substring(2 * 12)).distinct().count();
    }

    @Test
    void followingAndHoldingAllocateNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        test.director.waysOut().put(TestDirector.INTERFACE, NOWHERE);
        byte[][] parts = {
            fragment(false, 1, 3000, 1480, 2960),
            fragment(false, 1, 3000, 0, 1480),
            fragment(false, 1, 3000, 2960, 3000)
        };
        Ingress ingress = new Ingress(Ingress.ANY_MAC, NOWHERE);
        long before = 0;
        for (int i = 0; i < LATER * 2; i++) {
            if (i == LATER) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            byte[] part = parts[i % 3];
            frame.raw(part, part.length);
            test.director.onFrames(frame.batch(), ingress, 3_600_000_000_000L + i);
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(4_096);
        assertThat(held(HeldFate.FORWARDED)).isEqualTo(LATER * 2 / 3);
    }

    private static final FrameSink NOWHERE =
            new FrameSink() {
                @Override
                public boolean transmit(long frame, int length) {
                    return true;
                }

                @Override
                public void flush() {}
            };
}
