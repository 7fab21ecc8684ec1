package lb.core.channel;

/**
 * A way out for frames: the transmit ring of an interface, or a capture file.
 *
 * <p>Called by one worker only. {@link #transmit} copies, so the frame's memory is free again when
 * it returns.
 */
public interface FrameSink {
    /**
     * Queues a copy of a frame and of the virtio network header in front of it.
     *
     * @param frame address of the Ethernet header
     * @param length bytes from the Ethernet header on
     * @return false when the queue is full or the interface is down: the frame was not taken
     */
    boolean transmit(long frame, int length);

    /**
     * As {@link #transmit(long, int)}, with the copy rewritten; the frame itself may be rewritten
     * instead, so it must not be sent twice.
     *
     * <p>A ring copies first, and the copy is only written to: to read what has just been written
     * in other pieces, a processor waits until those writes have left its store buffer, where they
     * wait for the cache lines of the frames before.
     */
    default boolean transmit(long frame, int length, FrameRewrite rewrite) {
        rewrite.apply(frame);
        return transmit(frame, length);
    }

    /** Hands everything queued to the kernel or the file. */
    void flush();
}
