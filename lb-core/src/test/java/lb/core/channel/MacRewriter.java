package lb.core.channel;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import lb.core.wire.Memory;

/**
 * Forwards IPv4 frames that came for {@code own}, with new MAC addresses, through another
 * interface. One event loop.
 */
final class MacRewriter extends ChannelInboundHandlerAdapter {
    private final long own;
    private final FrameSink out;
    private final long source;
    private final long destination;

    MacRewriter(long own, FrameSink out, long source, long destination) {
        this.own = own;
        this.out = out;
        this.source = source;
        this.destination = destination;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        FrameBatch batch = (FrameBatch) message;
        for (int i = 0; i < batch.size(); i++) {
            forward(batch.address(i), batch.length(i));
        }
    }

    private void forward(long frame, int length) {
        if (Memory.u48(frame) != own || Memory.u16(frame + 12) != 0x0800) {
            return;
        }
        Memory.putU48(frame, destination);
        Memory.putU48(frame + 6, source);
        out.transmit(frame, length);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        out.flush();
    }
}
