package lb.core.director;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import lb.core.channel.FrameBatch;

/**
 * Hands a channel's batches to the director of its worker, with one look at the clock a batch. Runs on that worker's
 * event loop.
 */
final class FrameHandler extends ChannelInboundHandlerAdapter {
    private final Director director;
    private final Ingress ingress;

    FrameHandler(Director director, Ingress ingress) {
        this.director = director;
        this.ingress = ingress;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        director.onFrames((FrameBatch) message, ingress, System.nanoTime());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        director.waysOut().flush();
    }
}
