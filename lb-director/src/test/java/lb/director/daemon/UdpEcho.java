package lb.director.daemon;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.atomic.AtomicInteger;
import lb.director.lab.Host;

/** Sends back every datagram that a host gets on one port, whatever its address. Any thread. */
final class UdpEcho implements AutoCloseable {
    static final int PORT = 4007;

    private final DatagramChannel channel;
    private final AtomicInteger answered = new AtomicInteger();

    private UdpEcho(DatagramChannel channel) {
        this.channel = channel;
    }

    static UdpEcho listen(Host host) throws Exception {
        UdpEcho echo = new UdpEcho(HostSockets.datagrams(host, "::", PORT));
        Thread.ofPlatform().daemon().start(echo::answerAll);
        return echo;
    }

    int answered() {
        return answered.get();
    }

    private void answerAll() {
        ByteBuffer datagram = ByteBuffer.allocate(64);
        while (channel.isOpen()) {
            try {
                var from = channel.receive(datagram.clear());
                channel.send(datagram.flip(), from);
                answered.incrementAndGet();
            } catch (IOException e) {
                // Closed, or the link is down: the client's record tells.
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
