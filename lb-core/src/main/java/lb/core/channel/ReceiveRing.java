package lb.core.channel;

import lb.core.linux.PacketInterface;
import lb.core.linux.PacketSocket;
import lb.core.linux.RingVersion;

/**
 * The frames that an interface received, in memory shared with the kernel.
 *
 * <p>Used by one thread: the event loop of its channel. Only {@link #losses} may be called by
 * others.
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

    /** The socket it belongs to. */
    PacketSocket socket();

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
        PacketSocket socket =
                options.fanout()
                        ? PacketSocket.sharedReceiver(
                                link,
                                options.ring(),
                                options.receiveGeometry(),
                                options.blockTimeoutMillis(),
                                options.fanoutGroup())
                        : PacketSocket.receiver(
                                link,
                                options.ring(),
                                options.receiveGeometry(),
                                options.blockTimeoutMillis());
        return options.ring() == RingVersion.V2
                ? new ReceiveRingV2(socket, options.receiveGeometry())
                : new ReceiveRingV3(socket, options.receiveGeometry());
    }
}
