package lb.core.channel;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import lb.core.wire.Memory;

/**
 * Copies every frame that is not the kernel's own chatter; the frames may be read by any thread.
 */
final class FrameRecorder extends ChannelInboundHandlerAdapter {
    /** A frame and its virtio header, in hexadecimal. */
    record Recorded(String vnetHeader, String frame) {
        int number() {
            return Integer.parseUnsignedInt(frame, 28, 36, 16);
        }
    }

    final List<Recorded> frames = new CopyOnWriteArrayList<>();
    final List<Object> events = new CopyOnWriteArrayList<>();
    volatile int largestBatch;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        FrameBatch batch = (FrameBatch) message;
        largestBatch = Math.max(largestBatch, batch.size());
        for (int i = 0; i < batch.size(); i++) {
            byte[] vnetHeader = new byte[FrameBatch.VNET_HEADER_LENGTH];
            byte[] frame = new byte[batch.length(i)];
            Memory.copy(batch.address(i) - vnetHeader.length, vnetHeader, 0, vnetHeader.length);
            Memory.copy(batch.address(i), frame, 0, frame.length);
            frames.add(
                    new Recorded(
                            HexFormat.of().formatHex(vnetHeader), HexFormat.of().formatHex(frame)));
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        events.add(event);
    }

    List<Integer> numbers() {
        return frames.stream().map(Recorded::number).toList();
    }

    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("it did not happen within 40 seconds");
            }
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
