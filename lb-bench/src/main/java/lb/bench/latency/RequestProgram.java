package lb.bench.latency;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * The client, a process of its own. One thread, which never sleeps.
 *
 * <p>Each request is due at a time that follows from its number and the rate alone, whatever became
 * of those before it; its latency counts from there. So a stall is seen by every request that was
 * due in it, and not only by the one that was under way (coordinated omission).
 */
final class RequestProgram {
    static final int SOCKET_BUFFER_BYTES = 4 << 20;

    private static final int FLOWS = 16;
    private static final int BYTES = 64;

    /** Requests under way in a phase without a rate. */
    private static final int UNDER_WAY = 64;

    /** Requests sent in a row before the next look for answers. */
    private static final int BURST = 16;

    /** For answers after the last request. */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** Without an answer for so long, what was under way is lost. */
    private static final long LOST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Selector selector = Selector.open();
    private final DatagramChannel[] channels = new DatagramChannel[FLOWS];
    private final ByteBuffer datagram = ByteBuffer.allocateDirect(2048);
    private Histogram latencies = Answers.histogram();
    private int phaseNumber;
    private long sent;
    private long answered;
    private long lastAnswer;

    private RequestProgram(InetSocketAddress vip) throws IOException {
        for (int i = 0; i < FLOWS; i++) {
            DatagramChannel channel = DatagramChannel.open();
            channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
            channel.connect(vip).configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            channels[i] = channel;
        }
    }

    /** Arguments: VIP, port, phases. */
    public static void main(String[] words) throws IOException {
        InetSocketAddress vip = new InetSocketAddress(words[0], Integer.parseInt(words[1]));
        RequestProgram program = new RequestProgram(vip);
        for (int i = 2; i < words.length; i++) {
            Phase phase = Phase.of(words[i]);
            Answers answers = program.run(phase);
            if (phase.recorded()) {
                System.out.println(answers.line());
            }
        }
    }

    private Answers run(Phase phase) throws IOException {
        phaseNumber++;
        sent = 0;
        answered = 0;
        latencies = Answers.histogram();
        long nanos = TimeUnit.SECONDS.toNanos(phase.seconds());
        long began = System.nanoTime();
        if (phase.rate() == 0) {
            askAsOftenAsAnswered(began + nanos);
        } else {
            askAtRate(began, phase.rate(), (long) phase.rate() * phase.seconds());
        }
        long took = System.nanoTime() - began;
        awaitTheRest();
        return new Answers(phase.rate(), sent, answered, took, latencies);
    }

    private void askAtRate(long began, int rate, long requests) throws IOException {
        while (sent < requests) {
            long now = System.nanoTime();
            boolean room = true;
            for (int i = 0; i < BURST && room && sent < requests; i++) {
                long due = began + sent * TimeUnit.SECONDS.toNanos(1) / rate;
                if (due > now) {
                    break;
                }
                room = ask(due);
            }
            hear();
        }
    }

    private void askAsOftenAsAnswered(long end) throws IOException {
        long lost = 0;
        lastAnswer = System.nanoTime();
        for (long now = lastAnswer; now < end; now = System.nanoTime()) {
            if (now - lastAnswer > LOST_NANOS) {
                lost = sent - answered;
                lastAnswer = now;
            }
            boolean room = true;
            for (int i = 0; i < BURST && room && sent - answered - lost < UNDER_WAY; i++) {
                room = ask(now);
            }
            hear();
        }
    }

    private void awaitTheRest() throws IOException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (answered < sent && System.nanoTime() < end) {
            hear();
        }
    }

    /** Whether the kernel took it; else it is due still. */
    private boolean ask(long due) throws IOException {
        datagram.clear().putLong(phaseNumber).putLong(due).position(0).limit(BYTES);
        if (channels[(int) (sent % FLOWS)].write(datagram) == 0) {
            return false;
        }
        sent++;
        return true;
    }

    private void hear() throws IOException {
        selector.selectNow(this::hear);
    }

    private void hear(SelectionKey key) {
        DatagramChannel channel = (DatagramChannel) key.channel();
        try {
            while (channel.read(datagram.clear()) > 0) {
                long now = System.nanoTime();
                if (datagram.getLong(0) == phaseNumber) {
                    answered++;
                    lastAnswer = now;
                    latencies.recordValue(
                            Math.clamp(now - datagram.getLong(8), 0, Answers.MOST_NANOS));
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("the answers cannot be read", e);
        }
    }
}
