package lb.bench.latency;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/** The real server, a process of its own: sends each datagram back. One thread. */
final class EchoProgram {
    private static final int MOST_BYTES = 65_536;

    private EchoProgram() {}

    /** Arguments: VIP, port. */
    public static void main(String[] words) throws IOException {
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, RequestProgram.SOCKET_BUFFER_BYTES);
            channel.bind(new InetSocketAddress(words[0], Integer.parseInt(words[1])));
            System.out.println("serving");
            ByteBuffer datagram = ByteBuffer.allocateDirect(MOST_BYTES);
            while (true) {
                SocketAddress client = channel.receive(datagram.clear());
                channel.send(datagram.flip(), client);
            }
        }
    }
}
