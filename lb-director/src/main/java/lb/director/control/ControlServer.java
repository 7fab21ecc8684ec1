package lb.director.control;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A director's ear: a unix domain socket that only its own user may use. May be started and closed
 * by any thread.
 *
 * <p>It has an event loop of its own, and a thread for each command that runs, so that neither a
 * worker nor another client waits for a long listing.
 */
public final class ControlServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);

    private final Path path;
    private final Map<String, ControlCommand> commands = new TreeMap<>();
    private final ControlLimits limits;
    private final EventLoopGroup eventLoop =
            new MultiThreadIoEventLoopGroup(
                    1, new DefaultThreadFactory("lb-control", true), NioIoHandler.newFactory());
    private final ChannelGroup open = new DefaultChannelGroup(eventLoop.next());
    private final ExecutorService commandThreads =
            Executors.newThreadPerTaskExecutor(
                    Thread.ofPlatform().daemon().name("lb-control-command-", 0).factory());

    private volatile @Nullable Object identity;

    private ControlServer(Path path, Collection<ControlCommand> commands, ControlLimits limits) {
        this.path = path;
        this.limits = limits;
        for (ControlCommand command : commands) {
            if (this.commands.put(command.name(), command) != null) {
                throw new IllegalArgumentException("two commands are called " + command.name());
            }
        }
    }

    /**
     * Listens from now on. Replaces the socket of a director that died.
     *
     * @throws AnotherDirectorException when a living director has that socket
     * @throws ControlException when the socket cannot be made
     */
    public static ControlServer start(
            Path path, Collection<ControlCommand> commands, ControlLimits limits)
            throws ControlException {
        ControlServer server = new ControlServer(path, commands, limits);
        try {
            server.listen();
            return server;
        } catch (ControlException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void listen() throws ControlException {
        ControlSocket.prepare(path);
        // Nobody else gets into the directory before the socket has its mode.
        Path directory = ControlSocket.createPrivateDirectory(path);
        Path own = directory.resolve("s");
        try {
            bind(own);
            identity = ControlSocket.publish(own, path);
        } finally {
            remove(own);
            remove(directory);
        }
    }

    /**
     * By Netty's NIO transport: the epoll one closes on a client that closes its half, or fails to
     * write to it.
     */
    private void bind(Path own) throws ControlException {
        ChannelFuture bound =
                new ServerBootstrap()
                        .group(eventLoop)
                        .channel(NioServerDomainSocketChannel.class)
                        .childHandler(new ConnectionInitializer())
                        .bind(UnixDomainSocketAddress.of(own))
                        .awaitUninterruptibly();
        open.add(bound.channel());
        if (!bound.isSuccess()) {
            throw new ControlException(
                    "cannot listen on " + path + ": " + bound.cause().getMessage(), bound.cause());
        }
    }

    private static void remove(Path own) throws ControlException {
        try {
            Files.deleteIfExists(own);
        } catch (IOException e) {
            throw new ControlException("cannot remove " + own + ": " + e, e);
        }
    }

    private final class ConnectionInitializer extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            // The server's own channel is in the group too.
            if (open.size() > limits.connections()) {
                var _ =
                        channel.writeAndFlush(
                                        Answers.error(
                                                limits.connections()
                                                        + " control connections are open already; close one"))
                                .addListener(ChannelFutureListener.CLOSE);
                return;
            }
            open.add(channel);
            channel.pipeline()
                    .addLast(
                            new IdleStateHandler(
                                    0, 0, limits.idleTimeout().toMillis(), TimeUnit.MILLISECONDS))
                    .addLast(new LineBasedFrameDecoder(limits.requestBytes(), true, true))
                    .addLast(new ControlHandler(commands, commandThreads, limits));
        }
    }

    /** Where it listens. */
    public Path path() {
        return path;
    }

    /** Removes the socket, stops listening, ends what runs. */
    @Override
    public void close() {
        Object ours = identity;
        if (ours != null) {
            try {
                ControlSocket.remove(path, ours);
            } catch (IOException e) {
                LOG.warn("cannot remove the control socket {}: {}", path, e.toString());
            }
        }
        open.close().awaitUninterruptibly();
        commandThreads.shutdownNow();
        try {
            // Commands let go when they are interrupted, and then tell their event loop.
            var _ = commandThreads.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        eventLoop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
