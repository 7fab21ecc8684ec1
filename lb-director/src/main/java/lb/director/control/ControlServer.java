package lb.director.control;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
    private static final String MODE = "rw-------";

    private final Path path;
    private final Map<String, ControlCommand> commands = new TreeMap<>();
    private final ControlLimits limits;
    private final EventLoopGroup eventLoop =
            new MultiThreadIoEventLoopGroup(
                    1, new DefaultThreadFactory("lb-control", true), EpollIoHandler.newFactory());
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
        Path own = ControlSocket.privateName(path);
        bind(own);
        try {
            identity = ControlSocket.publish(own, path);
        } finally {
            remove(own);
        }
    }

    private void bind(Path own) throws ControlException {
        ChannelFuture registered =
                new ServerBootstrap()
                        .group(eventLoop)
                        .channel(EpollServerDomainSocketChannel.class)
                        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                        .childHandler(new ConnectionInitializer())
                        .register()
                        .syncUninterruptibly();
        EpollServerDomainSocketChannel channel =
                (EpollServerDomainSocketChannel) registered.channel();
        open.add(channel);
        restrict(channel);
        ChannelFuture bound =
                channel.bind(new DomainSocketAddress(own.toString())).awaitUninterruptibly();
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

    /**
     * Linux gives the file the mode that the socket has when it is bound, so there is no moment
     * with a wider one.
     */
    private static void restrict(EpollServerDomainSocketChannel channel) throws ControlException {
        Path socket = Path.of("/proc/self/fd/" + channel.fd().intValue());
        try {
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString(MODE));
        } catch (IOException e) {
            throw new ControlException("cannot restrict the control socket to its user: " + e, e);
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
        eventLoop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
