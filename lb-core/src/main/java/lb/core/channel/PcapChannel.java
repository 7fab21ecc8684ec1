package lb.core.channel;

import io.netty.channel.ChannelPipeline;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import lb.core.linux.NativeBuffer;
import lb.core.wire.Memory;

/**
 * A capture file as a source of frames and another one as the way out, with the same kind of
 * pipeline between them as an interface has. Needs no privilege, but libpcap.
 *
 * <p>Runs on the thread that calls {@link #run}: Netty's EmbeddedChannel has no event loop of its
 * own, so a replay is the same each time, and an exception in a handler ends {@link #run}. Every
 * {@code channelRead} carries a batch of exactly one frame, so that {@link #nowNanos} is the time
 * at which this frame was captured.
 */
public final class PcapChannel implements AutoCloseable {
    /** Where a frame starts in the buffer: its network header falls on a 16-byte boundary. */
    private static final int FRAME_OFFSET = 64 - 14;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final FrameBatch batch = new FrameBatch(1);
    private final NativeBuffer memory = new NativeBuffer(FRAME_OFFSET + PcapReader.LONGEST_FRAME);
    private final PcapReader reader;
    private final PcapWriter writer;

    private PcapChannel(PcapReader reader, PcapWriter writer) {
        this.reader = reader;
        this.writer = writer;
    }

    /**
     * Opens {@code in} for reading and creates or overwrites {@code out}.
     *
     * @throws IOException naming the file: it is not there, not a capture, not of Ethernet frames,
     *     or cannot be written; or libpcap is not installed
     */
    public static PcapChannel open(Path in, Path out) throws IOException {
        PcapReader reader = PcapReader.open(in);
        try {
            return new PcapChannel(reader, PcapWriter.create(out));
        } catch (IOException e) {
            reader.close();
            throw e;
        }
    }

    /** Where the handlers go. */
    public ChannelPipeline pipeline() {
        return channel.pipeline();
    }

    /**
     * Writes frames to the output file, each with the time of the frame that is being processed.
     */
    public FrameSink sink() {
        return writer;
    }

    /**
     * The capture time of the frame that is being processed, in nanoseconds since 1970; steps of a
     * microsecond.
     */
    public LongSupplier nowNanos() {
        return reader::timeNanos;
    }

    /**
     * Sends every frame of the input file through the pipeline, in order.
     *
     * @return the frames delivered
     * @throws IOException naming the file and the frame, when the input breaks off in the middle of
     *     a frame
     */
    public long run() throws IOException {
        long frames = 0;
        for (byte[] frame = reader.next(); frame != null; frame = reader.next()) {
            deliver(frame);
            frames++;
        }
        writer.flush();
        return frames;
    }

    private void deliver(byte[] frame) {
        long address = memory.address() + FRAME_OFFSET;
        for (int i = 1; i <= FrameBatch.VNET_HEADER_LENGTH; i++) {
            Memory.putU8(address - i, 0);
        }
        Memory.copy(frame, 0, address, frame.length);
        writer.setTimeNanos(reader.timeNanos());
        batch.clear();
        batch.add(address, frame.length);
        channel.pipeline().fireChannelRead(batch);
        channel.pipeline().fireChannelReadComplete();
        channel.runPendingTasks();
        channel.checkException();
    }

    /** Closes the pipeline and both files. */
    @Override
    public void close() {
        var _ = channel.close();
        reader.close();
        writer.close();
        memory.close();
    }
}
