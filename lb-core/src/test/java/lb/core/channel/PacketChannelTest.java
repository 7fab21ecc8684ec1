package lb.core.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.util.stream.IntStream;
import lb.core.linux.PacketInterface;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A {@link PacketChannel} on one end of a cable, a transmit ring on the other. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
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
    @ValueSource(strings = {"v2", "v2 spinning", "v3"})
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
            assertThat(recorder.numbers())
                    .isEqualTo(IntStream.range(0, count).boxed().toList());
            assertThat(recorder.largestBatch).isBetween(2, 64);
            assertThat(generator.transmitted()).isEqualTo(count);
            assertThat(channel.framesReceived()).isEqualTo(count);
            assertThat(channel.ringLosses()).isZero();
        }
    }
}
