package lb.bench.goodput;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The client, a process of its own: sends as much as its streams take, for a set time, and says how
 * many bits a second the other end has read. One thread for each stream.
 */
final class SenderProgram {
    static final int BUFFER_BYTES = 256 << 10;

    /** What stands before the figure. */
    static final String FIGURE = "bits per second ";

    private SenderProgram() {}

    /** Arguments: VIP, port, streams, seconds of warm-up, seconds. */
    public static void main(String[] words)
            throws IOException, InterruptedException, ExecutionException {
        InetSocketAddress vip = new InetSocketAddress(words[0], Integer.parseInt(words[1]));
        int streams = Integer.parseInt(words[2]);
        send(vip, streams, Integer.parseInt(words[3]));
        System.out.println(FIGURE + send(vip, streams, Integer.parseInt(words[4])));
    }

    /** Bits a second, from the first byte sent to the last byte read by the other end. */
    private static long send(InetSocketAddress vip, int streams, int seconds)
            throws IOException, InterruptedException, ExecutionException {
        List<SocketChannel> channels = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            channels.add(SocketChannel.open(vip));
        }
        long began = System.nanoTime();
        long end = began + TimeUnit.SECONDS.toNanos(seconds);
        long bytes = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(streams)) {
            List<Callable<Long>> senders = new ArrayList<>();
            channels.forEach(channel -> senders.add(() -> send(channel, end)));
            for (Future<Long> sender : threads.invokeAll(senders)) {
                bytes += sender.get();
            }
        }
        return Math.round(bytes * 8.0 * 1e9 / (System.nanoTime() - began));
    }

    private static long send(SocketChannel channel, long end) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        long sent = 0;
        try (channel) {
            while (System.nanoTime() < end) {
                sent += channel.write(buffer.clear());
            }
            channel.shutdownOutput();
            ByteBuffer answer = ByteBuffer.allocate(Long.BYTES);
            while (answer.hasRemaining()) {
                if (channel.read(answer) < 0) {
                    throw new EOFException("the other end has not said what it read");
                }
            }
            long read = answer.getLong(0);
            if (read != sent) {
                throw new IOException("sent " + sent + " bytes, but " + read + " were read");
            }
            return read;
        }
    }
}
