package lb.core.channel;

import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import lb.core.linux.FanoutMode;
import lb.core.linux.KernelRelease;
import lb.core.linux.KernelShortcut;
import lb.core.linux.PacketInterface;
import lb.core.linux.PacketSocket;
import lb.core.linux.RingVersion;

/**
 * The frames that an interface received, in memory shared with the kernel.
 *
 * <p>Used by one thread: the event loop of its channel. Only {@link #losses} and {@link #passOver}
 * may be called by others.
 */
interface ReceiveRing extends AutoCloseable {
    /**
     * Appends waiting frames to an empty batch, in order of arrival; none when none wait. The
     * frames stay valid until {@link #release}, which comes before the next fill.
     */
    void fill(FrameBatch batch);

    /** Gives the memory of the frames of the last {@link #fill} back to the kernel. */
    void release();

    /** Whether a frame waits. */
    boolean isReady();

    /**
     * Whether it holds nothing, not even a frame that {@link #isReady} will tell later; only
     * meaningful while the kernel gives it no frame.
     */
    boolean isDrained();

    /** Who reads a ring. Used on its event loop. */
    interface Reader {
        /** On which the ring may schedule tasks. */
        EventExecutor eventLoop();

        /** Has this socket, too, wake the event loop. */
        void add(PacketSocket socket);

        /** To be called before an added socket is closed. */
        void remove(PacketSocket socket);

        /** Reads what there is. */
        void read();
    }

    /** Hears of its reader. */
    default void onStart(Reader reader) {}

    /**
     * Hears that a round is over.
     *
     * @param emptied whether the ring was found without a waiting frame in it
     * @param idleNanos how long after the round's first frames it was only polled for more
     */
    default void afterRound(boolean emptied, long idleNanos) {}

    /** Passes over what the kernel hands on by this shortcut; for good. Any thread. */
    default void passOver(KernelShortcut shortcut) {
        socket().passOver(shortcut);
    }

    /** The socket it belongs to, or the one that it always has. */
    PacketSocket socket();

    /** How its frames stand in memory now: {@code v2} or {@code v3}. Any thread. */
    String layout();

    /** How often it changed over between two layouts. Any thread. */
    default long changes() {
        return 0;
    }

    /**
     * Frames that came but could not be handed on whole: larger than every buffer. Exact after
     * {@link #release}.
     */
    long truncated();

    /** Frames that the kernel dropped because the ring was full. */
    default long losses() {
        return socket().losses();
    }

    @Override
    void close();

    /** Opens the ring that the options ask for, in the network namespace of the calling thread. */
    static ReceiveRing open(PacketInterface link, PacketChannelOptions options) {
        if (options.changeRule() != null) {
            return openWorkers(link, 1, options).getFirst();
        }
        PacketSocket socket =
                options.fanout()
                        ? PacketSocket.sharedReceiver(
                                link,
                                options.ring(),
                                options.receiveGeometry(),
                                options.blockTimeoutMillis(),
                                FanoutMode.HASH,
                                options.fanoutGroup(),
                                null)
                        : PacketSocket.receiver(
                                link,
                                options.ring(),
                                options.receiveGeometry(),
                                options.blockTimeoutMillis());
        return options.ring() == RingVersion.V2
                ? new ReceiveRingV2(socket, options.receiveGeometry())
                : new ReceiveRingV3(socket, options.receiveGeometry());
    }

    /** One ring for each of several workers, which together get every frame once. */
    static List<ReceiveRing> openWorkers(
            PacketInterface link, int workers, PacketChannelOptions options) {
        if (options.changeRule() != null) {
            return RingChoice.open(link, workers, options, KernelRelease.running());
        }
        if (workers == 1) {
            return List.of(open(link, options));
        }
        List<ReceiveRing> rings = new ArrayList<>();
        try {
            while (rings.size() < workers) {
                int group = rings.isEmpty() ? 0 : rings.getFirst().socket().fanoutGroup();
                rings.add(open(link, options.withFanoutGroup(group)));
            }
            return List.copyOf(rings);
        } catch (RuntimeException e) {
            rings.forEach(ReceiveRing::close);
            throw e;
        }
    }
}
