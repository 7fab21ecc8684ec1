package lb.bench.goodput;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * The real server, a process of its own: reads each stream to its end and tells the sender how many
 * bytes that were. One thread for each stream.
 */
final class ReceiverProgram {
    private ReceiverProgram() {}

    /** Arguments: VIP, port. */
    public static void main(String[] words) throws IOException {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(words[0], Integer.parseInt(words[1])));
            System.out.println("serving");
            while (true) {
                SocketChannel stream = listener.accept();
                Thread.ofPlatform().start(() -> receive(stream));
            }
        }
    }

    private static void receive(SocketChannel stream) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(SenderProgram.BUFFER_BYTES);
        try (stream) {
            long bytes = 0;
            for (int read = 0; read >= 0; read = stream.read(buffer.clear())) {
                bytes += read;
            }
            stream.write(buffer.clear().putLong(bytes).flip());
        } catch (IOException e) {
            System.out.println("a stream has broken: " + e.getMessage());
        }
    }
}
