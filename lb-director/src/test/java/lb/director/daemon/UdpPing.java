package lb.director.daemon;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import lb.director.lab.Host;

/** Asks an echo port of an address every 10 ms, and records the answers. Any thread. */
final class UdpPing implements AutoCloseable {
    private static final long EVERY_MILLIS = 10;

    private final DatagramChannel channel;
    private final InetSocketAddress target;
    private int answered;
    private long lastNanos = System.nanoTime();
    private long longestNanos;

    private UdpPing(DatagramChannel channel, InetSocketAddress target) {
        this.channel = channel;
        this.target = target;
    }

    static UdpPing start(Host host, String address) throws Exception {
        UdpPing ping =
                new UdpPing(
                        HostSockets.datagrams(host, "::", 0),
                        new InetSocketAddress(address, UdpEcho.PORT));
        Thread.ofPlatform().daemon().start(ping::askAgainAndAgain);
        Thread.ofPlatform().daemon().start(ping::hear);
        return ping;
    }

    private void askAgainAndAgain() {
        while (channel.isOpen()) {
            try {
                channel.send(ByteBuffer.allocate(8), target);
            } catch (IOException e) {
                // No neighbour for now: that is an unanswered question too.
            }
            VrrpLab.pause(EVERY_MILLIS);
        }
    }

    private void hear() {
        ByteBuffer answer = ByteBuffer.allocate(64);
        while (channel.isOpen()) {
            try {
                channel.receive(answer.clear());
                answered(System.nanoTime());
            } catch (IOException e) {
                // An ICMP error, or closed.
            }
        }
    }

    private synchronized void answered(long nowNanos) {
        if (answered++ > 0) {
            longestNanos = Math.max(longestNanos, nowNanos - lastNanos);
        }
        lastNanos = nowNanos;
    }

    /** Counts the longest silence from now on. */
    synchronized void forgetSilence() {
        longestNanos = 0;
    }

    synchronized int answered() {
        return answered;
    }

    /** Between two answers. */
    synchronized double longestSilenceMillis() {
        return longestNanos / 1e6;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
