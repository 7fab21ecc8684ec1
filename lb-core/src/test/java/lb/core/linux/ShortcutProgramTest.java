package lb.core.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The shortcut's two programs run by the kernel on single frames (BPF_PROG_TEST_RUN): which frames
 * the socket's keeps back, and what the classifier makes of these.
 */
class ShortcutProgramTest {
    private static final int BPF_PROG_TEST_RUN = 10;
    private static final int KEPT_BACK = 0;
    private static final int SEEN = -1;
    private static final int REDIRECT = 7;
    private static final int CONTEXT_LENGTH = 192;
    private static final int SEGMENT_BYTES = 1448;

    /** Segments are 20 or 40 + 32 + 1448 bytes long, options included. */
    private static final int MTU = 1520;

    private static final int LOOPBACK = 1;
    private static final long OWN_MAC = 0x0200_0000_0001L;
    private static final long CLIENT_MAC = 0x0200_0000_0002L;
    private static final long SERVER_MAC = 0x0200_0000_0003L;
    private static final long OUT_MAC = 0x0200_0000_0004L;
    private static final InetAddress VIP = InetAddress.ofLiteral("10.66.0.100");
    private static final InetAddress CLIENT = InetAddress.ofLiteral("10.66.0.7");
    private static final InetAddress VIP6 = InetAddress.ofLiteral("fd66::100");
    private static final InetAddress CLIENT6 = InetAddress.ofLiteral("fd66::7");

    private KernelShortcut shortcut;
    private BpfMap services;
    private Descriptor classifier;
    private int segmentBytes = SEGMENT_BYTES;
    private int sequence = 1;

    @BeforeEach
    void load() {
        LabNamespace.requireRoot();
        shortcut = KernelShortcut.open();
        services = BpfMap.create("test", SteeredService.KEY_LENGTH, 16);
        classifier =
                Bpf.loadClassifier(
                        "test",
                        SteeringProgram.assemble(
                                services.fd(), shortcut.elements(), shortcut.notes()));
        lease(TimeUnit.SECONDS.toNanos(60));
    }

    @AfterEach
    void unload() {
        if (classifier != null) {
            classifier.close();
            services.close();
            shortcut.close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLargeFrameOfAKnownFlowIsKeptBackAndReaddressed(boolean ipv6) {
        int index = shortcut.add(flow(ipv6));
        byte[] frame = frame(ipv6);
        byte[] out = handedOn(frame);
        ByteBuffer expected = ByteBuffer.wrap(frame.clone());
        putMac(expected, 0, SERVER_MAC);
        putMac(expected, 6, OUT_MAC);
        if (ipv6) {
            expected.put(21, (byte) 63);
        } else {
            expected.put(22, (byte) 63);
            checksum(expected.array());
        }
        assertThat(out).isEqualTo(expected.array());
        assertThat(shortcut.packets(index)).isPositive();
        assertThat(shortcut.bytes(index)).isEqualTo(shortcut.packets(index) * (frame.length - 14));
    }

    @Test
    void whyTheKernelRefusesAProgramIsSaidInOneLine() {
        byte[] returnsNothing = {(byte) 0x95, 0, 0, 0, 0, 0, 0, 0};
        KernelException refused =
                assertThrows(
                        KernelException.class,
                        () -> Bpf.loadSocketFilter("test", returnsNothing).close());
        assertThat(refused.getMessage()).contains("\n", "processed ");
        assertThat(refused.summary())
                .startsWith("BPF_PROG_LOAD(test): ")
                .contains("(errno 13): ")
                .endsWith("R0 !read_ok");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void timeToLiveStaysWhereTheDirectorKeepsIt(boolean ipv6) {
        shortcut.add(with(flow(ipv6), LOOPBACK, OWN_MAC, CLIENT_MAC, MTU, true));
        byte[] frame = frame(ipv6);
        ByteBuffer expected = ByteBuffer.wrap(frame.clone());
        putMac(expected, 0, SERVER_MAC);
        putMac(expected, 6, OUT_MAC);
        assertThat(handedOn(frame)).isEqualTo(expected.array());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everythingElseIsLeftToTheDirector(boolean ipv6) {
        int index = shortcut.add(flow(ipv6));
        int ip = 14;
        int tcp = ipv6 ? 54 : 34;
        Map<String, Consumer<byte[]>> changes = new LinkedHashMap<>();
        for (int bit : new int[] {0x01, 0x02, 0x04, 0x20, 0x40, 0x80}) {
            changes.put("TCP flag " + bit, f -> f[tcp + 13] |= (byte) bit);
        }
        changes.put("no ACK", f -> f[tcp + 13] = 8);
        changes.put("TCP header too short", f -> f[tcp + 12] = 0x40);
        changes.put("another client port", f -> f[tcp + 1]++);
        changes.put("another service port", f -> f[tcp + 3]++);
        changes.put("another destination MAC", f -> f[5]++);
        changes.put("another source MAC", f -> f[11]++);
        changes.put("tagged", f -> f[12] = (byte) 0x81);
        changes.put("a type that is not IP", f -> f[13] ^= 0x10);
        if (ipv6) {
            changes.put("version", f -> f[ip] = 0x50);
            changes.put("UDP", f -> f[ip + 6] = 17);
            changes.put("extension header", f -> f[ip + 6] = 60);
            changes.put("fragment header", f -> f[ip + 6] = 44);
            changes.put("no hop left", f -> f[ip + 7] = 1);
            changes.put("payload length", f -> f[ip + 5]++);
            changes.put("jumbo", f -> f[ip + 4] = f[ip + 5] = 0);
            changes.put("client", f -> f[ip + 8]++);
            changes.put("VIP", f -> f[ip + 39]++);
        } else {
            changes.put("options", f -> f[ip] = 0x46);
            changes.put("version", f -> f[ip] = 0x65);
            changes.put("more fragments", f -> f[ip + 6] |= 0x20);
            changes.put("later fragment", f -> f[ip + 7]++);
            changes.put("UDP", f -> f[ip + 9] = 17);
            changes.put("no hop left", f -> f[ip + 8] = 1);
            changes.put("total length", f -> f[ip + 3]--);
            changes.put("total length 0", f -> f[ip + 2] = f[ip + 3] = 0);
            changes.put("client", f -> f[ip + 15]++);
            changes.put("VIP", f -> f[ip + 19]++);
        }
        changes.forEach((what, change) -> {
            byte[] frame = frame(ipv6);
            change.accept(frame);
            if (!ipv6) {
                checksum(frame);
            }
            assertEquals(SEEN, filter(frame), what);
        });
        byte[] bad = frame(ipv6);
        if (!ipv6) {
            bad[24] ^= 1;
            assertEquals(SEEN, filter(bad), "bad checksum");
        }
        assertThat(shortcut.packets(index)).isZero();
        assertEquals(KEPT_BACK, filter(frame(ipv6)), "unchanged");
        assertThat(shortcut.packets(index)).isOne();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatDoesNotFitTheWayOutIsLeftToTheDirector(boolean ipv6) {
        int index = shortcut.add(flow(ipv6));
        byte[] frame = frame(ipv6);
        segmentBytes = ipv6 ? SEGMENT_BYTES : SEGMENT_BYTES + 20;
        assertEquals(KEPT_BACK, filter(frame), "segments as long as the MTU");
        segmentBytes++;
        assertEquals(SEEN, filter(frame), "segments longer than the MTU");
        segmentBytes = 0;
        assertEquals(SEEN, filter(frame), "not to be segmented");
        assertEquals(KEPT_BACK, filter(frameOf(ipv6, 14 + MTU)), "as long as the MTU");
        assertEquals(SEEN, filter(frameOf(ipv6, 14 + MTU + 1)), "longer than the MTU");
        int headers = (ipv6 ? 54 : 34) + 32;
        assertEquals(KEPT_BACK, filter(frameOf(ipv6, headers)), "no data");
        assertEquals(SEEN, filter(frameOf(ipv6, headers - 1)), "less than its headers");
        assertThat(shortcut.packets(index)).isEqualTo(3);
        assertThat(shortcut.largeFrames(index)).isOne();
    }

    @Test
    void anotherWayInIsLeftToTheDirector() {
        shortcut.add(with(flow(false), LOOPBACK + 1, OWN_MAC, CLIENT_MAC, MTU, false));
        assertEquals(SEEN, filter(frame(false)));
    }

    @Test
    void nothingIsKeptBackOnceTheLeaseIsOver() {
        shortcut.add(flow(false));
        lease(-1);
        assertEquals(SEEN, filter(frame(false)));
        lease(TimeUnit.SECONDS.toNanos(60));
        assertEquals(KEPT_BACK, filter(frame(false)));
        shortcut.interrupt(1);
        assertEquals(SEEN, filter(frame(false)));
    }

    @Test
    void aLeaseIsNotProlongedOverAnInterruption() {
        long seen = shortcut.lease();
        shortcut.interrupt(1);
        assertThat(shortcut.prolong(seen, System.nanoTime() + 1_000_000_000L)).isFalse();
        assertThat(shortcut.lease()).isOne();
    }

    @Test
    void aFlowThatIsStoppedOrRemovedIsLeftToTheDirector() {
        ShortcutFlow flow = flow(false);
        int index = shortcut.add(flow);
        shortcut.stop(index);
        assertEquals(SEEN, filter(frame(false)));
        int successor = shortcut.add(flow);
        shortcut.remove(flow, index);
        assertEquals(KEPT_BACK, filter(frame(false)), "the successor stays");
        shortcut.remove(flow, successor);
        assertEquals(SEEN, filter(frame(false)));
        assertThat(shortcut.packets(successor)).isOne();
    }

    @Test
    void thereIsRoomForSoManyFlowsAndNoMore() {
        ShortcutFlow flow = flow(false);
        UnaryOperator<ShortcutFlow> next =
                f ->
                        new ShortcutFlow(
                                0,
                                f.clientLow() + 1,
                                0,
                                f.serviceLow(),
                                f.clientPort(),
                                f.servicePort(),
                                f.in(),
                                f.inDestination(),
                                f.inSource(),
                                f.out(),
                                f.outDestination(),
                                f.outSource(),
                                f.mtu(),
                                false);
        ShortcutFlow last = flow;
        int index = 0;
        for (int i = 0; i < KernelShortcut.CAPACITY; i++) {
            last = next.apply(last);
            index = shortcut.add(last);
            assertThat(index).isPositive();
        }
        assertThat(shortcut.add(flow)).isZero();
        shortcut.remove(last, index);
        shortcut.release(index);
        assertThat(shortcut.add(flow)).isEqualTo(index);
        assertEquals(KEPT_BACK, filter(frame(false)));
    }

    @Test
    void theClassifierHandsOnNothingThatWasNotKeptBack() {
        shortcut.add(flow(false));
        for (int i = 0; i < 20; i++) {
            byte[] frame = frame(false);
            assertEquals(KEPT_BACK, filter(frame(false)));
            assertThat(classify(frame).result())
                    .as("the note is of another frame")
                    .isNotEqualTo(REDIRECT);
        }
    }

    @Test
    void whatWasKeptBackBeforeAnInterruptionIsNotHandedOnAfterIt() {
        shortcut.add(flow(false));
        byte[] frame = frame(false);
        assertThat(handedOn(frame)).isNotEmpty();
        for (int i = 0; i < 20; i++) {
            lease(TimeUnit.SECONDS.toNanos(60));
            assertEquals(KEPT_BACK, filter(frame));
            shortcut.interrupt(i + 1);
            assertThat(classify(frame).result()).isNotEqualTo(REDIRECT);
        }
    }

    @Test
    void framesWithRandomBytesAreHandedOnOnlyIfTheirHeadersAreThoseOfTheFlow() {
        shortcut.add(flow(false));
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            byte[] frame = frame(false);
            byte[] before = frame.clone();
            for (int n = random.nextInt(3); n >= 0; n--) {
                frame[random.nextInt(54)] = (byte) random.nextInt();
            }
            if (random.nextBoolean()) {
                checksum(frame);
            }
            boolean same =
                    Arrays.equals(frame, 0, 14, before, 0, 14)
                            && frame[14] == before[14]
                            && Arrays.equals(frame, 16, 18, before, 16, 18)
                            && frame[23] == before[23]
                            && Arrays.equals(frame, 26, 38, before, 26, 38);
            int result = filter(frame);
            assertThat(result).as("seed %d", seed).isIn(KEPT_BACK, SEEN);
            assertThat(result == SEEN || same).as("seed %d", seed).isTrue();
        }
    }

    private void lease(long fromNowNanos) {
        shortcut.prolong(shortcut.lease(), System.nanoTime() + fromNowNanos);
    }

    private static ShortcutFlow flow(boolean ipv6) {
        ByteBuffer client = ByteBuffer.wrap(CLIENT6.getAddress());
        ByteBuffer vip = ByteBuffer.wrap(VIP6.getAddress());
        return new ShortcutFlow(
                ipv6 ? client.getLong(0) : 0,
                ipv6 ? client.getLong(8) : 0xffff_0a42_0007L,
                ipv6 ? vip.getLong(0) : 0,
                ipv6 ? vip.getLong(8) : 0xffff_0a42_0064L,
                40_000,
                80,
                LOOPBACK,
                OWN_MAC,
                CLIENT_MAC,
                LOOPBACK,
                SERVER_MAC,
                OUT_MAC,
                MTU,
                false);
    }

    private static ShortcutFlow with(
            ShortcutFlow f, int in, long destination, long source, int mtu, boolean keep) {
        return new ShortcutFlow(
                f.clientHigh(),
                f.clientLow(),
                f.serviceHigh(),
                f.serviceLow(),
                f.clientPort(),
                f.servicePort(),
                in,
                destination,
                source,
                f.out(),
                f.outDestination(),
                f.outSource(),
                mtu,
                keep);
    }

    private byte[] frame(boolean ipv6) {
        return frameOf(ipv6, 3_100);
    }

    /** With 12 bytes of TCP options; each has a sequence number of its own. */
    private byte[] frameOf(boolean ipv6, int length) {
        ByteBuffer frame = ByteBuffer.allocate(length);
        putMac(frame, 0, OWN_MAC);
        putMac(frame, 6, CLIENT_MAC);
        int tcp = ipv6 ? 54 : 34;
        if (ipv6) {
            frame.putShort(12, (short) 0x86dd).put(14, (byte) 0x60);
            frame.putShort(18, (short) (length - 54)).put(20, (byte) 6).put(21, (byte) 64);
            frame.put(22, CLIENT6.getAddress()).put(38, VIP6.getAddress());
        } else {
            frame.putShort(12, (short) 0x0800).put(14, (byte) 0x45);
            frame.putShort(16, (short) (length - 14)).putShort(20, (short) 0x4000);
            frame.put(22, (byte) 64).put(23, (byte) 6);
            frame.put(26, CLIENT.getAddress()).put(30, VIP.getAddress());
            checksum(frame.array());
        }
        frame.putShort(tcp, (short) 40_000).putShort(tcp + 2, (short) 80);
        frame.putInt(tcp + 4, sequence++);
        frame.put(tcp + 12, (byte) 0x80).put(tcp + 13, (byte) 0x18);
        return frame.array();
    }

    private static void checksum(byte[] frame) {
        ByteBuffer bytes = ByteBuffer.wrap(frame).putShort(24, (short) 0);
        int sum = 0;
        for (int offset = 14; offset < 34; offset += 2) {
            sum += bytes.getShort(offset) & 0xffff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = (sum & 0xffff) + (sum >>> 16);
        bytes.putShort(24, (short) ~sum);
    }

    private static void putMac(ByteBuffer frame, int offset, long mac) {
        frame.putShort(offset, (short) (mac >>> 32)).putInt(offset + 2, (int) mac);
    }

    /** Both programs, until both ran on the same processor: the note is of one processor. */
    private byte[] handedOn(byte[] frame) {
        for (int i = 0; i < 1_000; i++) {
            assertEquals(KEPT_BACK, filter(frame));
            Run run = classify(frame);
            if (run.result() == REDIRECT) {
                return run.frame();
            }
        }
        throw new AssertionError("the classifier hands no frame on that was kept back");
    }

    private int filter(byte[] frame) {
        // The kernel's test takes an Ethernet header off first; a packet socket sees the frame with
        // its own.
        byte[] behindAnother = new byte[14 + frame.length];
        behindAnother[12] = 8;
        System.arraycopy(frame, 0, behindAnother, 14, frame.length);
        return run(shortcut.filter(), behindAnother).result();
    }

    private Run classify(byte[] frame) {
        return run(classifier, frame);
    }

    private record Run(int result, byte[] frame) {}

    private Run run(Descriptor program, byte[] frame) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = Bpf.attributes(arena);
            MemorySegment context = arena.allocate(CONTEXT_LENGTH);
            context.set(Libc.INT, 176, segmentBytes);
            attributes.set(Libc.INT, 0, program.fd());
            attributes.set(Libc.INT, 8, frame.length);
            attributes.set(Libc.INT, 12, frame.length);
            MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, frame);
            MemorySegment out = arena.allocate(frame.length);
            attributes.set(Libc.LONG, 16, bytes.address());
            attributes.set(Libc.LONG, 24, out.address());
            attributes.set(Libc.INT, 40, CONTEXT_LENGTH);
            attributes.set(Libc.LONG, 48, context.address());
            Bpf.call(BPF_PROG_TEST_RUN, attributes, "BPF_PROG_TEST_RUN", "test");
            return new Run(attributes.get(Libc.INT, 4), out.toArray(ValueLayout.JAVA_BYTE));
        }
    }
}
