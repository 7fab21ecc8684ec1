package lb.core.channel;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import lb.core.linux.PacketSocket;

/**
 * The reading half of a {@link PacketChannel}: takes batches from its ring in bounded rounds. Runs
 * on the channel's event loop.
 */
final class PacketReader implements EpollIoHandle {
    /** Frames of a batch. */
    static final int BATCH = 64;

    private static final long LINK_CHECK_MILLIS = 100;
    private static final EpollIoOps READ = EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLERR);

    private final PacketChannel channel;
    private final ReceiveRing ring;
    private final FrameBatch batch = new FrameBatch(BATCH);
    private final FileDescriptor fd;
    private final boolean spin;
    private final long lingerNanos;
    private final int batchesPerRound;
    private final AtomicLong truncated = new AtomicLong();
    private final Runnable spinRound = this::spinRound;
    private boolean started;
    private boolean inRound;
    private boolean linkDown;
    private long idleNanos;

    PacketReader(PacketChannel channel, ReceiveRing ring, PacketChannelOptions options) {
        this.channel = channel;
        this.ring = ring;
        fd = new FileDescriptor(ring.socket().fd());
        spin = options.spin();
        lingerNanos = options.lingerNanos();
        batchesPerRound = options.batchesPerRound();
    }

    PacketSocket socket() {
        return ring.socket();
    }

    long truncated() {
        return truncated.get();
    }

    boolean isInRound() {
        return inRound;
    }

    void free() {
        ring.close();
    }

    /** Begins to read, once: arms epoll, or starts to spin. */
    void start(IoRegistration registration) throws Exception {
        if (started) {
            return;
        }
        started = true;
        if (spin) {
            channel.eventLoop().execute(spinRound);
        } else {
            registration.submit(READ);
        }
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        EpollIoOps ops = ((EpollIoEvent) event).ops();
        if (ops.contains(EpollIoOps.EPOLLERR)) {
            onError();
        }
        if (ops.contains(EpollIoOps.EPOLLIN) && channel.isOpen()) {
            round();
        }
    }

    private void spinRound() {
        if (channel.eventLoop().isShuttingDown()) {
            // The event loop ends when it has no task left, so this one must not queue itself
            // again.
            close();
        }
        if (channel.isOpen()) {
            round();
            channel.eventLoop().execute(spinRound);
        }
    }

    /**
     * Delivers what is there, up to the bound; ends early when the ring stayed empty for the linger
     * time.
     */
    private void round() {
        inRound = true;
        try {
            if (deliverBatches() > 0) {
                channel.pipeline().fireChannelReadComplete();
            }
        } finally {
            inRound = false;
            if (!channel.isOpen()) {
                channel.free();
            }
        }
    }

    private int deliverBatches() {
        idleNanos = 0;
        int batches = 0;
        while (batches < batchesPerRound && channel.isOpen() && awaitFrames()) {
            deliver();
            batches++;
        }
        return batches;
    }

    private void deliver() {
        ring.fill(batch);
        if (batch.size() > 0) {
            channel.countReceived(batch.size());
            channel.pipeline().fireChannelRead(batch);
        }
        batch.clear();
        ring.release();
        truncated.lazySet(ring.truncated());
    }

    /** Polls; the clock is read only while the ring is empty. */
    private boolean awaitFrames() {
        return ring.isReady() || (idleNanos < lingerNanos && linger());
    }

    private boolean linger() {
        long begin = System.nanoTime();
        long idleBefore = idleNanos;
        boolean ready;
        do {
            Thread.onSpinWait();
            ready = ring.isReady();
            idleNanos = idleBefore + System.nanoTime() - begin;
        } while (!ready && idleNanos < lingerNanos);
        return ready;
    }

    /** A link that goes down leaves an error, which epoll repeats until somebody has read it. */
    private void onError() {
        ring.socket().takeError();
        if (!linkDown && !ring.socket().isUp()) {
            linkDown = true;
            channel.pipeline().fireUserEventTriggered(LinkState.DOWN);
            checkLinkLater();
        }
    }

    private void checkLinkLater() {
        var _ =
                channel.eventLoop()
                        .schedule(this::checkLink, LINK_CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void checkLink() {
        if (!channel.isOpen()) {
            return;
        }
        if (ring.socket().isUp()) {
            linkDown = false;
            channel.pipeline().fireUserEventTriggered(LinkState.UP);
        } else {
            checkLinkLater();
        }
    }

    @Override
    public FileDescriptor fd() {
        return fd;
    }

    /** The event loop ends: the channel goes with it. */
    @Override
    public void close() {
        channel.unsafe().close(channel.voidPromise());
    }
}
