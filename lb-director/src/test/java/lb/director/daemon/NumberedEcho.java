package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import lb.director.lab.Host;

/** A real server of a UDP service, which answers with its number; and its client. */
final class NumberedEcho {
    static final int PORT = 53;

    private static final int ANSWER_MILLIS = 20_000;
    private static final InetSocketAddress SERVICE =
            new InetSocketAddress(DirectorNetwork.VIP, PORT);

    private NumberedEcho() {}

    /** Answers each datagram to the VIP with this number, until it is closed. */
    static DatagramChannel listen(Host host, int number) throws Exception {
        DatagramChannel channel = HostSockets.datagrams(host, DirectorNetwork.VIP, PORT);
        Thread.ofVirtual()
                .start(() -> {
                    ByteBuffer buffer = ByteBuffer.allocate(100);
                    try {
                        while (true) {
                            SocketAddress from = channel.receive(buffer.clear());
                            channel.send(ByteBuffer.wrap(new byte[] {(byte) number}), from);
                        }
                    } catch (IOException e) {
                        // It was closed.
                    }
                });
        return channel;
    }

    /** The number of the real server that answers. */
    static int ask(DatagramChannel client) throws IOException {
        client.send(ByteBuffer.wrap(new byte[10]), SERVICE);
        client.socket().setSoTimeout(ANSWER_MILLIS);
        DatagramPacket answer = new DatagramPacket(new byte[100], 100);
        try {
            client.socket().receive(answer);
        } catch (SocketTimeoutException e) {
            throw new IOException("no answer to a datagram", e);
        }
        assertThat(answer.getSocketAddress()).isEqualTo(SERVICE);
        return answer.getData()[0];
    }
}
