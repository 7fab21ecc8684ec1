package lb.core.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import lb.core.linux.PacketInterface;
import lb.core.linux.RingGeometry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real TCP, with all offloads on, through two channels that only rewrite MAC addresses: client and
 * server stand in namespaces of their own, the forwarder between them.
 */
@Timeout(value = 200, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ForwardingTest {
    private static final int MEGABYTES = 100;

    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private LabNamespaces lab;

    @BeforeEach
    void cables() {
        lab = LabNamespaces.make("client", "fwd", "server");
        lab.cable("client", "eth", "fwd", "toclient");
        lab.cable("server", "eth", "fwd", "toserver");
        lab.ip("client", "addr add 10.9.0.1/24 dev eth");
        lab.ip("server", "addr add 10.9.0.2/24 dev eth");
    }

    @AfterEach
    void remove() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        lab.close();
    }

    private PacketInterface link(String namespace, String name) {
        return lab.inside(namespace, () -> PacketInterface.named(name));
    }

    private static String text(long mac) {
        return String.format("%012x", mac).replaceAll("(..)(?!$)", "$1:");
    }

    private PacketChannel[] forward(PacketChannelOptions options) {
        PacketInterface client = link("client", "eth");
        PacketInterface server = link("server", "eth");
        PacketChannel toClient = lab.inside("fwd", () -> PacketChannel.open("toclient", options));
        PacketChannel toServer = lab.inside("fwd", () -> PacketChannel.open("toserver", options));
        toClient.pipeline()
                .addLast(
                        new MacRewriter(
                                toClient.link().mac(),
                                toServer.sink(),
                                toServer.link().mac(),
                                server.mac()));
        toServer.pipeline()
                .addLast(
                        new MacRewriter(
                                toServer.link().mac(),
                                toClient.sink(),
                                toClient.link().mac(),
                                client.mac()));
        loop.register(toClient).syncUninterruptibly();
        loop.register(toServer).syncUninterruptibly();
        lab.ip("client", "neigh add 10.9.0.2 dev eth lladdr " + text(toClient.link().mac()));
        lab.ip("server", "neigh add 10.9.0.1 dev eth lladdr " + text(toServer.link().mac()));
        return new PacketChannel[] {toClient, toServer};
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2", "v2 spinning", "v3"})
    void anUploadOf100MegabytesArrivesIntact(String kind) throws Exception {
        PacketChannel[] channels = forward(PacketChannelTest.options(kind));
        transfer(MEGABYTES, 0);
        // Fewer frames than segments of 1,460 bytes: the oversize path was taken.
        assertThat(channels[0].framesReceived()).isLessThan(MEGABYTES * 1_000_000L / 1460);
    }

    /**
     * The kernel must own a frame once its slot is free: what a slow reader has not read yet must
     * not change.
     */
    @Test
    void framesThatTheServerHasNotReadYetStayAsTheyWere() throws Exception {
        PacketChannelOptions fewSlots =
                PacketChannelOptions.v2().withTransmitGeometry(new RingGeometry(1 << 15, 1, 2048));
        PacketChannel[] channels = forward(fewSlots);
        // Every segment a frame of its own, so that all of them pass through the transmit ring.
        lab.in("client", "ethtool -K eth tso off gso off");
        transfer(4, 300);
        assertThat(channels[0].framesReceived()).isGreaterThan(4_000_000 / 1500);
    }

    private void transfer(int megabytes, long readerSleepsMillis) throws Exception {
        ServerSocket listener =
                lab.inside(
                        "server",
                        () -> {
                            ServerSocket socket = new ServerSocket();
                            socket.bind(new InetSocketAddress("10.9.0.2", 80));
                            return socket;
                        });
        CompletableFuture<Long> received =
                lab.start(
                        "server",
                        () -> {
                            try (listener;
                                    Socket socket = listener.accept()) {
                                Thread.sleep(readerSleepsMillis);
                                return checksum(socket.getInputStream());
                            }
                        });
        CompletableFuture<Long> sent =
                lab.start(
                        "client",
                        () -> {
                            try (Socket socket = new Socket()) {
                                socket.connect(new InetSocketAddress("10.9.0.2", 80), 40_000);
                                return upload(socket.getOutputStream(), megabytes);
                            }
                        });
        assertThat(received.get(80, TimeUnit.SECONDS)).isEqualTo(sent.get(80, TimeUnit.SECONDS));
    }

    private static long upload(OutputStream out, int megabytes) throws java.io.IOException {
        Random random = new Random(42);
        CRC32C crc = new CRC32C();
        byte[] piece = new byte[1_000_000];
        for (int i = 0; i < megabytes; i++) {
            random.nextBytes(piece);
            crc.update(piece);
            out.write(piece);
        }
        return (crc.getValue() << 32) | ((long) megabytes * piece.length);
    }

    private static long checksum(InputStream in) throws java.io.IOException {
        CRC32C crc = new CRC32C();
        byte[] piece = new byte[1 << 16];
        long bytes = 0;
        for (int got = in.read(piece); got >= 0; got = in.read(piece)) {
            crc.update(piece, 0, got);
            bytes += got;
        }
        return (crc.getValue() << 32) | bytes;
    }
}
