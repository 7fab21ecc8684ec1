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

    /** Hands everything queued to the kernel or the file. */
    void flush();
}
