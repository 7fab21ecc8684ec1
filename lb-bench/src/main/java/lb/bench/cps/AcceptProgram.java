package lb.bench.cps;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * The real server, a process of its own: takes connections, answers one byte with another and waits
 * for the client's end. Twice as many threads as the client has.
 */
final class AcceptProgram {
    private static final int BACKLOG = 4096;

    private AcceptProgram() {}

    /** Arguments: VIP, port. */
    public static void main(String[] words) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(words[0], Integer.parseInt(words[1])), BACKLOG);
        for (int i = 0; i < 2 * ConnectProgram.THREADS; i++) {
            Thread.ofPlatform().start(() -> serve(listener));
        }
        System.out.println("serving");
    }

    private static void serve(ServerSocketChannel listener) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(1);
        while (listener.isOpen()) {
            try (SocketChannel channel = listener.accept()) {
                while (channel.read(buffer.clear()) > 0) {
                    channel.write(buffer.flip());
                }
            } catch (IOException e) {
                // A client ends its connection by a reset, which is an error to read(2).
            }
        }
    }
}
