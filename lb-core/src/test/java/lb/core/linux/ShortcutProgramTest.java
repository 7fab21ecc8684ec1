package lb.core.linux;

import static lb.core.linux.ShortcutFrames.CLIENT_MAC;
import static lb.core.linux.ShortcutFrames.LOOPBACK;
import static lb.core.linux.ShortcutFrames.MTU;
import static lb.core.linux.ShortcutFrames.OUT_MAC;
import static lb.core.linux.ShortcutFrames.OWN_MAC;
import static lb.core.linux.ShortcutFrames.SEGMENT_BYTES;
import static lb.core.linux.ShortcutFrames.SERVER_MAC;
import static lb.core.linux.ShortcutFrames.checksum;
import static lb.core.linux.ShortcutFrames.flow;
import static lb.core.linux.ShortcutFrames.putMac;
import static lb.core.linux.ShortcutFrames.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
    private static final int KEPT_BACK = 0;
    private static final int SEEN = -1;
    private static final int REDIRECT = 7;

    private final ShortcutFrames frames = new ShortcutFrames();
    private KernelShortcut shortcut;
    private BpfMap services;
    private Descriptor classifier;
    private int segmentBytes = SEGMENT_BYTES;

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
        byte[] frame = frames.of(ipv6);
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
        byte[] frame = frames.of(ipv6);
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
            byte[] frame = frames.of(ipv6);
            change.accept(frame);
            if (!ipv6) {
                checksum(frame);
            }
            assertEquals(SEEN, filter(frame), what);
        });
        byte[] bad = frames.of(ipv6);
        if (!ipv6) {
            bad[24] ^= 1;
            assertEquals(SEEN, filter(bad), "bad checksum");
        }
        assertThat(shortcut.packets(index)).isZero();
        assertEquals(KEPT_BACK, filter(frames.of(ipv6)), "unchanged");
        assertThat(shortcut.packets(index)).isOne();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatDoesNotFitTheWayOutIsLeftToTheDirector(boolean ipv6) {
        int index = shortcut.add(flow(ipv6));
        byte[] frame = frames.of(ipv6);
        segmentBytes = ipv6 ? SEGMENT_BYTES : SEGMENT_BYTES + 20;
        assertEquals(KEPT_BACK, filter(frame), "segments as long as the MTU");
        segmentBytes++;
        assertEquals(SEEN, filter(frame), "segments longer than the MTU");
        segmentBytes = 0;
        assertEquals(SEEN, filter(frame), "not to be segmented");
        assertEquals(KEPT_BACK, filter(frames.of(ipv6, 14 + MTU)), "as long as the MTU");
        assertEquals(SEEN, filter(frames.of(ipv6, 14 + MTU + 1)), "longer than the MTU");
        int headers = (ipv6 ? 54 : 34) + 32;
        assertEquals(KEPT_BACK, filter(frames.of(ipv6, headers)), "no data");
        assertEquals(SEEN, filter(frames.of(ipv6, headers - 1)), "less than its headers");
        assertThat(shortcut.packets(index)).isEqualTo(3);
        assertThat(shortcut.largeFrames(index)).isOne();
    }

    @Test
    void anotherWayInIsLeftToTheDirector() {
        shortcut.add(with(flow(false), LOOPBACK + 1, OWN_MAC, CLIENT_MAC, MTU, false));
        assertEquals(SEEN, filter(frames.of(false)));
    }

    @Test
    void nothingIsKeptBackOnceTheLeaseIsOver() {
        shortcut.add(flow(false));
        lease(-1);
        assertEquals(SEEN, filter(frames.of(false)));
        lease(TimeUnit.SECONDS.toNanos(60));
        assertEquals(KEPT_BACK, filter(frames.of(false)));
        shortcut.interrupt(1);
        assertEquals(SEEN, filter(frames.of(false)));
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
        assertEquals(SEEN, filter(frames.of(false)));
        int successor = shortcut.add(flow);
        shortcut.remove(flow, index);
        assertEquals(KEPT_BACK, filter(frames.of(false)), "the successor stays");
        shortcut.remove(flow, successor);
        assertEquals(SEEN, filter(frames.of(false)));
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
        assertEquals(KEPT_BACK, filter(frames.of(false)));
    }

    @Test
    void theClassifierHandsOnNothingThatWasNotKeptBack() {
        shortcut.add(flow(false));
        for (int i = 0; i < 20; i++) {
            byte[] frame = frames.of(false);
            assertEquals(KEPT_BACK, filter(frames.of(false)));
            assertThat(classify(frame).result())
                    .as("the note is of another frame")
                    .isNotEqualTo(REDIRECT);
        }
    }

    @Test
    void whatWasKeptBackBeforeAnInterruptionIsNotHandedOnAfterIt() {
        shortcut.add(flow(false));
        byte[] frame = frames.of(false);
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
            byte[] frame = frames.of(false);
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

    /** Both programs, until both ran on the same processor: the note is of one processor. */
    private byte[] handedOn(byte[] frame) {
        for (int i = 0; i < 1_000; i++) {
            assertEquals(KEPT_BACK, filter(frame));
            ProgramRun run = classify(frame);
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

    private ProgramRun classify(byte[] frame) {
        return run(classifier, frame);
    }

    private ProgramRun run(Descriptor program, byte[] frame) {
        return ProgramRun.of(program, frame, segmentBytes);
    }
}
