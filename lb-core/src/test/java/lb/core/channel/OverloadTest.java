package lb.core.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import lb.core.connection.ConnectionTable;
import lb.core.connection.Timeouts;
import lb.core.director.Director;
import lb.core.director.DirectorSettings;
import lb.core.director.FrameHandler;
import lb.core.director.Ingress;
import lb.core.director.Verdict;
import lb.core.linux.PacketInterface;
import lb.core.linux.RingGeometry;
import lb.core.linux.RingVersion;
import lb.core.service.NextHop;
import lb.core.service.Protocol;
import lb.core.service.RealServerDefinition;
import lb.core.service.SchedulerRegistry;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceKey;
import lb.core.service.ServiceTable;
import lb.core.wire.Checksum;
import lb.core.wire.IpAddress;
import lb.core.wire.Memory;
import org.junit.jupiter.api.Test;

/**
 * A director that gets more frames than its ring holds, and can send none: what the ring lost and
 * what ended in a verdict are together what was sent.
 */
class OverloadTest {
    private static final int SENT = 2_000;
    private static final int INTERFACE = 9;
    private static final RingGeometry TINY = new RingGeometry(4096, 4, 2048);

    /** A transmit queue that is full. */
    private static final FrameSink FULL =
            new FrameSink() {
                @Override
                public boolean transmit(long frame, int length) {
                    return false;
                }

                @Override
                public void flush() {}
            };

    private final Director director =
            new Director(
                    0,
                    1,
                    new ConnectionTable(1000, Timeouts.DEFAULT, Runnable::run),
                    DirectorSettings.DEFAULT);

    private void serve() {
        ServiceKey key = new ServiceKey(IpAddress.parse("10.0.0.2"), 2000, Protocol.UDP);
        ServiceDefinition service =
                new ServiceDefinition(
                        key,
                        "rr",
                        Set.of(),
                        List.of(new RealServerDefinition(IpAddress.parse("10.0.0.3"), 2000, 1)));
        ServiceTable table =
                ServiceTable.empty(1)
                        .replacedBy(
                                List.of(service),
                                SchedulerRegistry.load(OverloadTest.class.getClassLoader()));
        table.get(key).realServers().getFirst().moveTo(new NextHop(INTERFACE, 1, 2, 1500));
        director.waysOut().put(INTERFACE, FULL);
        director.onReplaceServices(table);
    }

    @Test
    void verdictsAndRingLossesSumToTheFramesSent() throws Exception {
        serve();
        CountDownLatch go = new CountDownLatch(1);
        MultiThreadIoEventLoopGroup loops =
                new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        try (LabNamespaces lab = LabNamespaces.make("a", "b")) {
            lab.cable("a", "left", "b", "right");
            PacketChannel channel = channel(lab, go, loops);
            try (TransmitRing generator = lab.inside("a", () -> ring("left"));
                    TestFrame served = new TestFrame(60);
                    TestFrame other = new TestFrame(60)) {
                toService(served);
                for (int i = 0; i < SENT; i++) {
                    TestFrame frame = i % 3 == 0 ? other : served;
                    assertThat(generator.transmit(frame.address(), frame.length())).isTrue();
                }
                generator.flush();
                FrameRecorder.await(() -> channel.ringLosses() > 0);
                go.countDown();
                FrameRecorder.await(
                        () -> director.verdicts().total() + channel.ringLosses() == SENT);
                assertThat(channel.framesReceived()).isEqualTo(director.verdicts().total());
                assertThat(director.verdicts().count(Verdict.TRANSMIT_QUEUE_FULL)).isPositive();
                assertThat(director.verdicts().count(Verdict.NOT_IP)).isPositive();
                assertThat(director.verdicts().count(Verdict.TRANSMIT_QUEUE_FULL, Verdict.NOT_IP))
                        .isEqualTo(director.verdicts().total());
            } finally {
                go.countDown();
                channel.close().syncUninterruptibly();
            }
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    private static TransmitRing ring(String name) {
        return TransmitRing.open(
                PacketInterface.named(name),
                PacketChannelOptions.v2().transmitGeometry(),
                () -> {});
    }

    private PacketChannel channel(
            LabNamespaces lab, CountDownLatch go, MultiThreadIoEventLoopGroup loops) {
        PacketChannel channel =
                lab.inside(
                        "b",
                        () ->
                                PacketChannel.open(
                                        "right",
                                        PacketChannelOptions.v2().withRing(RingVersion.V2, TINY)));
        channel.pipeline()
                .addLast(
                        new ChannelInboundHandlerAdapter() {
                            @Override
                            public void channelRead(ChannelHandlerContext context, Object message)
                                    throws Exception {
                                go.await();
                                context.fireChannelRead(message);
                            }
                        })
                .addLast(
                        new FrameHandler(
                                director, new Ingress(Ingress.ANY_MAC, FULL), System::nanoTime));
        loops.register(channel).syncUninterruptibly();
        return channel;
    }

    /** A datagram for the service, with a right header checksum. */
    private static void toService(TestFrame frame) {
        TestFrame.udp(frame);
        long ip = frame.address() + 14;
        Memory.putI32(ip + 12, 0x0a00_0001);
        Memory.putU16(ip + 10, 0);
        Memory.putU16(ip + 10, Checksum.of(ip, 20));
    }
}
