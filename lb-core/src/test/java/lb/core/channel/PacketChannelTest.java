package lb.core.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import lb.core.linux.KernelException;
import lb.core.linux.PacketInterface;
import lb.core.linux.RingGeometry;
import lb.core.linux.RingMemory;
import lb.core.linux.RingVersion;
import lb.core.wire.Memory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A {@link PacketChannel} on one end of a cable, a transmit ring on the other. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PacketChannelTest {
    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private LabNamespaces lab;

    @BeforeEach
    void cable() {
        lab = LabNamespaces.make("a", "b");
        lab.cable("a", "left", "b", "right");
    }

    @AfterEach
    void remove() {
        loop.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
        lab.close();
    }

    static PacketChannelOptions options(String kind) {
        return switch (kind) {
            case "v2" -> PacketChannelOptions.v2();
            case "v2 spinning" -> PacketChannelOptions.v2().withSpin(true);
            case "v3" -> PacketChannelOptions.v3();
            case "auto" -> PacketChannelOptions.auto();
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private PacketChannel channel(
            String namespace, String name, PacketChannelOptions options, ChannelHandler handler) {
        PacketChannel channel = lab.inside(namespace, () -> PacketChannel.open(name, options));
        channel.pipeline().addLast(handler);
        loop.register(channel).syncUninterruptibly();
        return channel;
    }

    private TransmitRing generator(String namespace, String name) {
        return lab.inside(
                namespace,
                () ->
                        TransmitRing.open(
                                PacketInterface.named(name),
                                PacketChannelOptions.v2().transmitGeometry(),
                                () -> {}));
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2", "v2 spinning", "v3", "auto"})
    void framesArriveInTheOrderOfTheirSending(String kind) {
        FrameRecorder recorder = new FrameRecorder();
        PacketChannel channel = channel("b", "right", options(kind), recorder);
        int count = 3000;
        try (TransmitRing generator = generator("a", "left");
                TestFrame frame = new TestFrame(60)) {
            for (int i = 0; i < count; i++) {
                assertThat(generator.transmit(frame.numbered(i).address(), frame.length()))
                        .isTrue();
            }
            generator.flush();
            FrameRecorder.await(() -> recorder.frames.size() >= count);
            assertThat(recorder.numbers()).isEqualTo(IntStream.range(0, count).boxed().toList());
            assertThat(recorder.largestBatch).isBetween(2, 64);
            assertThat(generator.transmitted()).isEqualTo(count);
            assertThat(channel.framesReceived()).isEqualTo(count);
            assertThat(channel.ringLosses()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2", "v3", "auto"})
    void theVirtioHeaderOfTheSenderArrivesWithTheFrame(String kind) {
        FrameRecorder recorder = new FrameRecorder();
        channel("b", "right", options(kind), recorder);
        try (TransmitRing generator = generator("a", "left");
                TestFrame frame = new TestFrame(60)) {
            // NEEDS_CSUM, no GSO: csum_start 34, csum_offset 6.
            Memory.putU8(frame.address() - 10, 1);
            RingMemory.putU16(frame.address() - 4, 34);
            RingMemory.putU16(frame.address() - 2, 6);
            generator.transmit(frame.numbered(7).address(), frame.length());
            generator.flush();
            FrameRecorder.await(() -> recorder.frames.size() == 1);
            assertThat(recorder.frames.getFirst().vnetHeader()).isEqualTo("01000000000022000600");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2", "v3", "auto"})
    void aTagThatTheKernelTookOutIsPutBack(String kind) {
        FrameRecorder recorder = new FrameRecorder();
        channel("b", "right", options(kind), recorder);
        try (TransmitRing generator = generator("a", "left");
                TestFrame frame = new TestFrame(64)) {
            Memory.putU16(frame.address() + 12, 0x8100);
            Memory.putU16(frame.address() + 14, 0x6123);
            Memory.putU16(frame.address() + 16, TestFrame.ETHERTYPE);
            Memory.putU8(frame.address() - 10, 1);
            RingMemory.putU16(frame.address() - 4, 38);
            RingMemory.putU16(frame.address() - 2, 6);
            byte[] sent = new byte[frame.length()];
            Memory.copy(frame.address(), sent, 0, sent.length);
            generator.transmit(frame.address(), frame.length());
            generator.flush();
            FrameRecorder.await(() -> recorder.frames.size() == 1);
            assertThat(recorder.frames.getFirst().frame())
                    .isEqualTo(HexFormat.of().formatHex(sent));
            assertThat(recorder.frames.getFirst().vnetHeader()).isEqualTo("01000000000026000600");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2", "v3", "auto"})
    void framesArriveAgainAfterTheLinkWasDown(String kind) {
        FrameRecorder recorder = new FrameRecorder();
        PacketChannel channel = channel("b", "right", options(kind), recorder);
        try (TransmitRing generator = generator("a", "left");
                TestFrame frame = new TestFrame(60)) {
            lab.ip("b", "link set right down");
            FrameRecorder.await(() -> recorder.events.contains(LinkState.DOWN));
            lab.ip("b", "link set right up");
            FrameRecorder.await(() -> recorder.events.contains(LinkState.UP));
            FrameRecorder.await(() -> {
                generator.transmit(frame.numbered(5).address(), frame.length());
                generator.flush();
                return !recorder.frames.isEmpty();
            });
            assertThat(recorder.numbers()).containsOnly(5);
            assertThat(recorder.events).containsExactly(LinkState.DOWN, LinkState.UP);
            assertThat(channel.isOpen()).isTrue();
        }
    }

    @Test
    void aRingThatCannotEmptyItselfRefusesFramesAndRecovers() {
        lab.ip("b", "link set right down");
        try (TransmitRing generator = generator("a", "left");
                TestFrame frame = new TestFrame(60)) {
            int slots = PacketChannelOptions.v2().transmitGeometry().slots();
            int taken = 0;
            while (generator.transmit(frame.address(), frame.length())) {
                taken++;
                assertThat(taken).isLessThanOrEqualTo(slots);
            }
            assertThat(generator.refused()).isEqualTo(1);
            for (int i = 0; i < 300; i++) {
                generator.flush();
            }
            assertThat(generator.discarded()).isEqualTo(taken);
            FrameRecorder recorder = new FrameRecorder();
            channel("b", "right", PacketChannelOptions.v2(), recorder);
            lab.ip("b", "link set right up");
            FrameRecorder.await(() ->
                    generator.transmit(frame.numbered(9).address(), frame.length())
                            && flushed(generator)
                            && !recorder.frames.isEmpty());
            assertThat(recorder.numbers()).containsOnly(9);
        }
    }

    private static boolean flushed(TransmitRing ring) {
        ring.flush();
        return true;
    }

    @Test
    void anInterfaceThatIsDownRefusesFrames() {
        try (TransmitRing generator = generator("a", "left");
                TestFrame frame = new TestFrame(60)) {
            lab.ip("a", "link set left down");
            assertThat(generator.transmit(frame.address(), frame.length())).isTrue();
            generator.flush();
            assertThat(generator.discarded()).isEqualTo(1);
            assertThat(generator.transmit(frame.address(), frame.length())).isFalse();
            lab.ip("a", "link set left up");
            generator.flush();
            assertThat(generator.transmit(frame.address(), frame.length())).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2", "auto"})
    void twoWorkersTogetherGetEveryFrameExactlyOnce(String kind) {
        FrameRecorder recorder = new FrameRecorder();
        List<PacketChannel> workers =
                lab.inside("b", () -> PacketChannel.openWorkers("right", 2, options(kind)));
        for (PacketChannel worker : workers) {
            worker.pipeline().addLast(new Copying(recorder));
            loop.register(worker).syncUninterruptibly();
        }
        int count = 2000;
        try (TransmitRing generator = generator("a", "left");
                TestFrame frame = new TestFrame(60)) {
            TestFrame.udp(frame);
            for (int i = 0; i < count; i++) {
                // The serial number stands in the source address, so that every frame is a flow of
                // its own.
                Memory.putI32(frame.address() + 26, 0x0a00_0000 + i);
                generator.transmit(frame.address(), frame.length());
            }
            generator.flush();
            FrameRecorder.await(() -> recorder.frames.size() >= count);
            assertThat(
                            recorder.frames.stream()
                                    .map(f -> Integer.parseUnsignedInt(f.frame(), 52, 60, 16))
                                    .sorted())
                    .containsExactlyElementsOf(
                            IntStream.range(0x0a00_0000, 0x0a00_0000 + count).boxed().toList());
            assertThat(workers).allMatch(worker -> worker.framesReceived() > count / 4);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2", "auto"})
    void workersDoNotGetWhatTheirHostSends(String kind) {
        FrameRecorder recorder = new FrameRecorder();
        for (PacketChannel worker :
                lab.inside("b", () -> PacketChannel.openWorkers("right", 2, options(kind)))) {
            worker.pipeline().addLast(new Copying(recorder));
            loop.register(worker).syncUninterruptibly();
        }
        lab.ip("b", "address add 10.9.9.1/24 dev right");
        lab.ip("a", "address add 10.9.9.2/24 dev left");
        lab.inside(
                "b",
                () -> {
                    try (DatagramSocket socket = new DatagramSocket()) {
                        InetAddress peer = InetAddress.getByAddress(new byte[] {10, 9, 9, 2});
                        socket.send(new DatagramPacket(new byte[10], 10, peer, 9));
                    }
                    return true;
                });
        // The answers: to the question for the MAC address, and that the port is unreachable.
        FrameRecorder.await(() -> recorder.frames.size() >= 2);
        String own = recorder.frames.getLast().frame().substring(0, 12);
        assertThat(recorder.frames).noneMatch(f -> f.frame().startsWith(own, 12));
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2", "auto"})
    void closingFreesSocketsAndRings(String kind) {
        long before = packetSockets();
        PacketChannel channel = channel("b", "right", options(kind), new FrameRecorder());
        assertThat(packetSockets()).isEqualTo(before + 3);
        channel.close().syncUninterruptibly();
        assertThat(packetSockets()).isEqualTo(before);
        try (TestFrame frame = new TestFrame(60)) {
            assertThat(channel.sink().transmit(frame.address(), frame.length())).isFalse();
        }
    }

    @Test
    void aHandlerMayCloseTheChannelWhileItReadsABatch() {
        PacketChannel channel =
                channel(
                        "b",
                        "right",
                        PacketChannelOptions.v2(),
                        new ChannelInboundHandlerAdapter() {
                            @Override
                            public void channelRead(ChannelHandlerContext context, Object message) {
                                var _ = context.close();
                                // Still readable until this call returns.
                                assertThat(Memory.u16(((FrameBatch) message).address(0) + 12))
                                        .isPositive();
                            }
                        });
        try (TransmitRing generator = generator("a", "left");
                TestFrame frame = new TestFrame(60)) {
            generator.transmit(frame.address(), frame.length());
            generator.flush();
            assertThat(channel.closeFuture().awaitUninterruptibly(40_000)).isTrue();
            FrameRecorder.await(() -> packetSocketsAre(0));
        }
    }

    /** A recorder is one channel's; this hands it the frames of one more. */
    private static final class Copying extends ChannelInboundHandlerAdapter {
        private final FrameRecorder recorder;

        Copying(FrameRecorder recorder) {
            this.recorder = recorder;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            recorder.channelRead(context, message);
        }
    }

    private boolean packetSocketsAre(long count) {
        return packetSockets() == count;
    }

    /** The packet sockets of the namespace b. */
    private long packetSockets() {
        return lab.packetSockets("b");
    }

    @Test
    void aMissingInterfaceIsNamed() {
        assertThatThrownBy(() ->
                        lab.inside(
                                "b",
                                () -> PacketChannel.open("nosuch0", PacketChannelOptions.v2())))
                .isInstanceOf(KernelException.class)
                .hasMessageContaining("nosuch0")
                .hasMessageContaining("No such device");
    }

    @Test
    void aRingThatIsTooSmallCountsWhatItLost() {
        RingGeometry tiny = new RingGeometry(4096, 4, 2048);
        CountDownLatch go = new CountDownLatch(1);
        PacketChannel channel =
                channel(
                        "b",
                        "right",
                        PacketChannelOptions.v2().withRing(RingVersion.V2, tiny),
                        new ChannelInboundHandlerAdapter() {
                            @Override
                            public void channelRead(ChannelHandlerContext context, Object message)
                                    throws Exception {
                                go.await();
                            }
                        });
        int count = 200;
        try (TransmitRing generator = generator("a", "left");
                TestFrame frame = new TestFrame(60)) {
            for (int i = 0; i < count; i++) {
                generator.transmit(frame.address(), frame.length());
            }
            generator.flush();
            FrameRecorder.await(() -> channel.ringLosses() > 0);
            go.countDown();
            FrameRecorder.await(() -> channel.ringLosses() + channel.framesReceived() == count);
        } finally {
            go.countDown();
        }
    }
}
