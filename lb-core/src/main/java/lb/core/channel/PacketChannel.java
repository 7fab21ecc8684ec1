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
import io.netty.util.concurrent.PromiseCombiner;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import lb.core.linux.KernelShortcut;
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
    private final AtomicLong handedOnIn = new AtomicLong();
    private final AtomicLong handedOnOut = new AtomicLong();
    private final Map<ReadHandle, IoRegistration> registrations = new LinkedHashMap<>();
    private boolean retryScheduled;
    private boolean freed;
    private volatile boolean open = true;

    /** Takes over the ring, also when it fails. */
    private PacketChannel(
            PacketInterface link, @Nullable ReceiveRing ring, PacketChannelOptions options) {
        super(null);
        this.link = link;
        try {
            transmitRing = TransmitRing.open(link, options.transmitGeometry(), this::flushLater);
        } catch (RuntimeException e) {
            if (ring != null) {
                ring.close();
            }
            throw e;
        }
        reader = ring == null ? null : new PacketReader(this, ring, options);
    }

    /**
     * Opens the sockets and rings of a channel, which then has to be registered with an event loop.
     *
     * @param interfaceName in the network namespace of the calling thread
     * @throws lb.core.linux.KernelException naming the call and the interface: no such interface,
     *     no CAP_NET_RAW or CAP_NET_ADMIN, no memory
     */
    public static PacketChannel open(String interfaceName, PacketChannelOptions options) {
        PacketInterface link = PacketInterface.named(interfaceName);
        return new PacketChannel(
                link, options.receive() ? ReceiveRing.open(link, options) : null, options);
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
        PacketInterface link = PacketInterface.named(interfaceName);
        List<ReceiveRing> rings = ReceiveRing.openWorkers(link, workers, options);
        List<PacketChannel> channels = new ArrayList<>();
        try {
            for (ReceiveRing ring : rings) {
                channels.add(new PacketChannel(link, ring, options));
            }
            return List.copyOf(channels);
        } catch (RuntimeException e) {
            channels.forEach(PacketChannel::free);
            // The one after those has been closed by its constructor.
            rings.stream().skip(channels.size() + 1L).forEach(ReceiveRing::close);
            throw e;
        }
    }

    /** The interface. Any thread. */
    public PacketInterface link() {
        return link;
    }

    /** The way out through this interface, for handlers of the same event loop. */
    public FrameSink sink() {
        return transmitRing;
    }

    /** Frames delivered to the pipeline, and those told by {@link #countHandedOnIn}. Any thread. */
    public long framesReceived() {
        return received.get() + handedOnIn.get();
    }

    /**
     * Frames handed to the kernel, as of the last flush, and those told by {@link
     * #countHandedOnOut}. Any thread.
     */
    public long framesTransmitted() {
        return transmitRing.transmitted() + handedOnOut.get();
    }

    /** Counts frames that came in and that the kernel handed on by itself. */
    public void countHandedOnIn(long frames) {
        handedOnIn.addAndGet(frames);
    }

    /** Counts frames that the kernel handed on by itself, out of this interface. */
    public void countHandedOnOut(long frames) {
        handedOnOut.addAndGet(frames);
    }

    /** Receives no more what the kernel hands on by this shortcut. Any thread; for good. */
    public void passOver(KernelShortcut shortcut) {
        if (reader != null) {
            reader.ring().passOver(shortcut);
        }
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
        return reader == null ? 0 : reader.ring().losses();
    }

    /** The layout of its receive ring now: v2 or v3, empty for a way out. Any thread. */
    public String ringLayout() {
        return reader == null ? "" : reader.ring().layout();
    }

    /** Times that an adaptive ring changed over between its two layouts. Any thread. */
    public long ringChanges() {
        return reader == null ? 0 : reader.ring().changes();
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
        return loop instanceof IoEventLoop io && io.isCompatible(ReadHandle.class);
    }

    @Override
    protected void doRegister(ChannelPromise promise) {
        PromiseCombiner all = new PromiseCombiner(eventLoop());
        if (reader != null) {
            all.add(register(reader.handle()));
        }
        all.finish(promise);
    }

    /** Lets a handle hear of its socket. */
    Future<IoRegistration> register(ReadHandle handle) {
        Future<IoRegistration> registering = ((IoEventLoop) eventLoop()).register(handle);
        registering.addListener(
                (GenericFutureListener<Future<IoRegistration>>)
                        done -> {
                            if (done.isSuccess()) {
                                registrations.put(handle, done.getNow());
                            }
                        });
        return registering;
    }

    /** Lets it hear no more. */
    void deregister(ReadHandle handle) {
        IoRegistration registration = registrations.remove(handle);
        if (registration != null) {
            registration.cancel();
        }
    }

    /** Has a registered handle wait for frames. */
    void arm(ReadHandle handle) {
        IoRegistration registration = registrations.get(handle);
        if (registration != null) {
            ReadHandle.arm(registration);
        }
    }

    @Override
    protected void doDeregister() {
        registrations.values().forEach(IoRegistration::cancel);
        registrations.clear();
    }

    @Override
    protected void doBeginRead() {
        if (reader != null && !registrations.isEmpty()) {
            reader.start();
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
