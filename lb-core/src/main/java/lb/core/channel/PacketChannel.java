package lb.core.channel;

import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import lb.core.linux.PacketInterface;
import org.jspecify.annotations.Nullable;

/**
 * A network interface as a Netty channel: frames in through a receive ring, frames out through
 * {@link #sink}.
 *
 * <p>Runs on one epoll event loop; only the counters and {@link #close()} may be used by other
 * threads. It belongs to the network namespace of the thread that opened it.
 *
 * <p>Every {@code channelRead} carries the channel's one {@link FrameBatch}, valid during the call.
 * {@code channelReadComplete} ends a round: the handler flushes the sinks it has used. The channel
 * reads as long as it is open ({@code autoRead} is ignored: a ring that nobody reads overflows
 * anyway). Frames to any MAC address are delivered. A {@link LinkState} arrives as a user event.
 */
public final class PacketChannel extends AbstractChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false);
    private static final long RETRY_MILLIS = 1;

    private final ChannelConfig config = new DefaultChannelConfig(this);
    private final PacketInterface link;
    private final TransmitRing transmitRing;
    private final @Nullable PacketReader reader;
    private final AtomicLong received = new AtomicLong();
    private @Nullable IoRegistration registration;
    private boolean retryScheduled;
    private boolean freed;
    private volatile boolean open = true;

    private PacketChannel(PacketInterface link, PacketChannelOptions options) {
        super(null);
        this.link = link;
        transmitRing = TransmitRing.open(link, options.transmitGeometry(), this::flushLater);
        try {
            reader =
                    options.receive()
                            ? new PacketReader(this, ReceiveRing.open(link, options), options)
                            : null;
        } catch (RuntimeException e) {
            transmitRing.close();
            throw e;
        }
    }

    /**
     * Opens the sockets and rings of a channel, which then has to be registered with an event loop.
     *
     * @param interfaceName in the network namespace of the calling thread
     * @throws lb.core.linux.KernelException naming the call and the interface: no such interface,
     *     no CAP_NET_RAW or CAP_NET_ADMIN, no memory
     */
    public static PacketChannel open(String interfaceName, PacketChannelOptions options) {
        return new PacketChannel(PacketInterface.named(interfaceName), options);
    }

    /**
     * Opens one channel a worker on the same interface; each frame arrives at exactly one of them,
     * by flow hash.
     */
    public static List<PacketChannel> openWorkers(
            String interfaceName, int workers, PacketChannelOptions options) {
        if (workers == 1) {
            return List.of(open(interfaceName, options));
        }
        List<PacketChannel> channels = new ArrayList<>();
        try {
            channels.add(open(interfaceName, options.withFanoutGroup(0)));
            int group = channels.getFirst().fanoutGroup();
            while (channels.size() < workers) {
                channels.add(open(interfaceName, options.withFanoutGroup(group)));
            }
            return List.copyOf(channels);
        } catch (RuntimeException e) {
            channels.forEach(PacketChannel::free);
            throw e;
        }
    }

    private int fanoutGroup() {
        return reader == null ? 0 : reader.socket().fanoutGroup();
    }

    /** The interface. Any thread. */
    public PacketInterface link() {
        return link;
    }

    /** The way out through this interface, for handlers of the same event loop. */
    public FrameSink sink() {
        return transmitRing;
    }

    /** Frames delivered to the pipeline. Any thread. */
    public long framesReceived() {
        return received.get();
    }

    /** Frames handed to the kernel, as of the last flush. Any thread. */
    public long framesTransmitted() {
        return transmitRing.transmitted();
    }

    /** Frames refused because the transmit ring was full or the interface down. Any thread. */
    public long transmitFull() {
        return transmitRing.refused();
    }

    /**
     * Frames taken for transmission and thrown away, because the interface went down or was
     * blocked. Any thread.
     */
    public long transmitDiscarded() {
        return transmitRing.discarded();
    }

    /**
     * Frames that the kernel dropped because the receive ring was full. Any thread; a system call.
     */
    public long ringLosses() {
        return reader == null ? 0 : reader.socket().losses();
    }

    /**
     * Frames that came but were too large for every buffer, and so were not delivered. Any thread.
     */
    public long framesTruncated() {
        return reader == null ? 0 : reader.truncated();
    }

    void countReceived(int frames) {
        received.lazySet(received.getPlain() + frames);
    }

    private void flushLater() {
        if (!retryScheduled && isRegistered()) {
            retryScheduled = true;
            var _ = eventLoop().schedule(this::retryFlush, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void retryFlush() {
        retryScheduled = false;
        transmitRing.flush();
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new PacketUnsafe();
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return loop instanceof IoEventLoop io && io.isCompatible(PacketReader.class);
    }

    @Override
    protected void doRegister(ChannelPromise promise) {
        PacketReader handle = reader;
        if (handle == null) {
            promise.setSuccess();
            return;
        }
        Future<IoRegistration> registering = ((IoEventLoop) eventLoop()).register(handle);
        registering.addListener(
                (GenericFutureListener<Future<IoRegistration>>)
                        done -> {
                            if (done.isSuccess()) {
                                registration = done.getNow();
                                promise.setSuccess();
                            } else {
                                promise.setFailure(done.cause());
                            }
                        });
    }

    @Override
    protected void doDeregister() {
        IoRegistration registered = registration;
        if (registered != null) {
            registration = null;
            registered.cancel();
        }
    }

    @Override
    protected void doBeginRead() throws Exception {
        if (reader != null && registration != null) {
            reader.start(registration);
        }
    }

    @Override
    protected void doClose() {
        open = false;
        doDeregister();
        // A handler may close the channel while it looks at a batch: the ring goes when the round
        // is over.
        if (reader == null || !reader.isInRound()) {
            free();
        }
    }

    /** Frees rings and sockets, once. */
    void free() {
        if (freed) {
            return;
        }
        freed = true;
        open = false;
        transmitRing.close();
        if (reader != null) {
            reader.free();
        }
    }

    @Override
    protected void doBind(SocketAddress address) {
        throw new UnsupportedOperationException(
                "a PacketChannel is bound to its interface when it is opened");
    }

    @Override
    protected void doDisconnect() {
        throw new UnsupportedOperationException("a PacketChannel has no peer; close it");
    }

    @Override
    protected Object filterOutboundMessage(Object message) {
        throw new UnsupportedOperationException(
                "frames leave through sink().transmit, not through write");
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer buffer) {
        throw new UnsupportedOperationException(
                "frames leave through sink().transmit, not through write");
    }

    @Override
    protected @Nullable SocketAddress localAddress0() {
        return null;
    }

    @Override
    protected @Nullable SocketAddress remoteAddress0() {
        return null;
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return open;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    private final class PacketUnsafe extends AbstractUnsafe {
        @Override
        public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
            promise.setFailure(new UnsupportedOperationException("a PacketChannel has no peer"));
        }
    }
}
