package lb.core.channel;

import io.netty.util.concurrent.EventExecutor;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import lb.core.linux.PacketSocket;

/**
 * The reading half of a {@link PacketChannel}: takes batches from its ring in bounded rounds. Runs
 * on the channel's event loop.
 */
final class PacketReader implements ReceiveRing.Reader {
    /** Frames of a batch. */
    static final int BATCH = 64;

    /**
     * Frames of a round from which on it is worth waiting for more. A few frames are flushed at
     * once: nobody waits behind them, and their senders may wait for an answer.
     */
    static final int LINGER_FROM = 8;

    private static final long LINK_CHECK_MILLIS = 100;

    private final PacketChannel channel;
    private final ReceiveRing ring;
    private final FrameBatch batch = new FrameBatch(BATCH);
    private final ReadHandle handle;
    private final Map<PacketSocket, ReadHandle> added = new HashMap<>();
    private final boolean spin;
    private final long lingerNanos;
    private final int batchesPerRound;
    private final AtomicLong truncated = new AtomicLong();
    private final Runnable spinRound = this::spinRound;
    private boolean started;
    private boolean inRound;
    private boolean linkDown;
    private long idleNanos;
    private long idleBeforeNanos;
    private int roundFrames;
    private boolean busy;

    PacketReader(PacketChannel channel, ReceiveRing ring, PacketChannelOptions options) {
        this.channel = channel;
        this.ring = ring;
        handle = new ReadHandle(this, ring.socket());
        spin = options.spin();
        lingerNanos = options.lingerNanos();
        batchesPerRound = options.batchesPerRound();
    }

    ReceiveRing ring() {
        return ring;
    }

    /** What has to be registered with the event loop. */
    ReadHandle handle() {
        return handle;
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
    void start() {
        if (started) {
            return;
        }
        started = true;
        ring.onStart(this);
        if (spin) {
            channel.eventLoop().execute(spinRound);
        } else {
            channel.arm(handle);
        }
    }

    @Override
    public EventExecutor eventLoop() {
        return channel.eventLoop();
    }

    @Override
    public void add(PacketSocket socket) {
        ReadHandle another = new ReadHandle(this, socket);
        added.put(socket, another);
        var _ = channel.register(another);
        if (!spin) {
            channel.arm(another);
        }
    }

    @Override
    public void remove(PacketSocket socket) {
        ReadHandle former = added.remove(socket);
        if (former != null) {
            channel.deregister(former);
        }
    }

    @Override
    public void read() {
        onFrames();
    }

    /** A socket says that a frame waits. */
    void onFrames() {
        if (channel.isOpen()) {
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
     * Delivers what is there, up to the bound; ends early when the ring is empty, under load when
     * it stayed so for the linger time.
     */
    private void round() {
        inRound = true;
        try {
            int batches = deliverBatches();
            if (batches > 0) {
                channel.pipeline().fireChannelReadComplete();
            }
            if (channel.isOpen()) {
                ring.afterRound(
                        batches < batchesPerRound || idleNanos > 0, idleNanos - idleBeforeNanos);
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
        idleBeforeNanos = 0;
        // The round before tells whether frames come close together.
        busy = roundFrames >= LINGER_FROM;
        roundFrames = 0;
        int batches = 0;
        while (batches < batchesPerRound && channel.isOpen() && awaitFrames()) {
            if (batches == 0) {
                idleBeforeNanos = idleNanos;
            }
            deliver();
            batches++;
        }
        return batches;
    }

    private void deliver() {
        ring.fill(batch);
        if (batch.size() > 0) {
            channel.countReceived(batch.size());
            roundFrames += batch.size();
            busy |= roundFrames >= LINGER_FROM;
            channel.pipeline().fireChannelRead(batch);
        }
        batch.clear();
        ring.release();
        truncated.lazySet(ring.truncated());
    }

    /** Polls; the clock is read only while the ring is empty and frames come close together. */
    private boolean awaitFrames() {
        return ring.isReady() || (busy && idleNanos < lingerNanos && linger());
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

    /** A socket had an error: its link may have gone down. */
    void onError() {
        if (channel.isOpen() && !linkDown && !ring.socket().isUp()) {
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

    /** The event loop ends: the channel goes with it. */
    void close() {
        channel.unsafe().close(channel.voidPromise());
    }
}
