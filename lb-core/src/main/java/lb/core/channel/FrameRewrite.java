package lb.core.channel;

/** What becomes of a frame's headers on its way out. Owned by one worker. */
@FunctionalInterface
public interface FrameRewrite {
    /**
     * Rewrites a frame in place, without reading it (see {@link FrameSink#transmit(long, int,
     * FrameRewrite)}).
     *
     * @param frame address of the Ethernet header, of the frame or of its copy
     */
    void apply(long frame);
}
