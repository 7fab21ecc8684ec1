package lb.bench.cps;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import lb.bench.network.OneArm;

/**
 * The client, a process of its own: each thread makes a connection, sends a byte, reads one and
 * ends the connection by a reset, which leaves neither end in TIME_WAIT; then the next.
 */
final class ConnectProgram {
    static final int THREADS = 8;

    /** What stands before the connections a second. */
    static final String FIGURE = "connections per second ";

    /** What stands before the number of connections that failed. */
    static final String FAILED = "failed ";

    private static final long PROTOCOL_ERRORS_TOLD = 3;

    private final InetSocketAddress vip;
    private final LongAdder made = new LongAdder();
    private final LongAdder failed = new LongAdder();

    private ConnectProgram(InetSocketAddress vip) {
        this.vip = vip;
    }

    /** Arguments: VIP, port, seconds of warm-up, seconds. */
    public static void main(String[] words) throws InterruptedException {
        ConnectProgram program =
                new ConnectProgram(new InetSocketAddress(words[0], Integer.parseInt(words[1])));
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            Thread.ofPlatform().daemon().start(() -> program.connect(number));
        }
        TimeUnit.SECONDS.sleep(Long.parseLong(words[2]));
        long before = program.made.sum();
        long failedBefore = program.failed.sum();
        long began = System.nanoTime();
        TimeUnit.SECONDS.sleep(Long.parseLong(words[3]));
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.println(FIGURE + (program.made.sum() - before) / seconds);
        System.out.println(FAILED + (program.failed.sum() - failedBefore));
    }

    /** By turns from the thread's share of the client's addresses, so that ports last. */
    private void connect(int thread) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(1);
        for (int turn = thread; ; turn += THREADS) {
            try {
                connect(1 + turn % OneArm.CLIENT_ADDRESSES, buffer);
                made.increment();
            } catch (IOException e) {
                failed.increment();
                if (failed.sum() <= PROTOCOL_ERRORS_TOLD) {
                    System.out.println("a connection failed: " + e.getMessage());
                }
            }
        }
    }

    private void connect(int address, ByteBuffer buffer) throws IOException {
        InetAddress source = InetAddress.getByAddress(new byte[] {10, 0, 1, (byte) address});
        try (SocketChannel channel = SocketChannel.open()) {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.bind(new InetSocketAddress(source, 0)).connect(vip);
            channel.write(buffer.clear());
            if (channel.read(buffer.clear()) != 1) {
                throw new IOException("no answer");
            }
        }
    }
}
