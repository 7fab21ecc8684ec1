package lb.core.director;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.function.LongSupplier;
import lb.core.channel.FrameBatch;

/**
 * Hands a channel's batches to the director of its worker, with one look at the clock a batch. Runs
 * on that worker's event loop.
 */
public final class FrameHandler extends ChannelInboundHandlerAdapter {
    private final Director director;
    private final Ingress ingress;
    private final LongSupplier clock;

    /**
     * A handler for one channel.
     *
     * @param clock nanoseconds, as {@link System#nanoTime}; a capture brings its own
     */
    public FrameHandler(Director director, Ingress ingress, LongSupplier clock) {
        this.director = director;
        this.ingress = ingress;
        this.clock = clock;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        director.onFrames((FrameBatch) message, ingress, clock.getAsLong());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        director.onRoundEnd();
    }
}
