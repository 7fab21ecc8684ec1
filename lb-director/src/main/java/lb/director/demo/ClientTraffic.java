package lb.director.demo;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import lb.core.linux.NetworkNamespace;
import lb.director.lab.Host;
import lb.director.lab.LabException;

/**
 * What the client does all the time, and its record: connections that stay and keep asking, and a
 * stream of new ones, each on a virtual thread of its own. The methods are for any thread.
 */
final class ClientTraffic implements AutoCloseable {
    private static final InetSocketAddress SERVICE =
            new InetSocketAddress(Machine.VIP, Machine.PORT);
    private static final int QUESTION_BYTES = 64;
    private static final int CONNECT_MILLIS = 10_000;
    private static final long THINK_MILLIS = 50;
    private static final long NEW_CONNECTION_MILLIS = 20;

    private final List<Talk> talks = new ArrayList<>();
    private final Queue<String> newFailures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger newAnswered = new AtomicInteger();
    private final Thread opener;
    private volatile boolean closed;

    private long lastAnswerNanos = System.nanoTime();
    private long longestSilenceNanos;

    /** One connection that stays. */
    private final class Talk implements Runnable {
        private final SocketChannel connection;
        private volatile long answeredNanos = System.nanoTime();
        private volatile String broken = "";

        Talk(SocketChannel connection) {
            this.connection = connection;
        }

        @Override
        public void run() {
            try (connection) {
                while (!closed) {
                    exchange(connection);
                    answeredNanos = System.nanoTime();
                    Thread.sleep(THINK_MILLIS);
                }
            } catch (IOException e) {
                broken = closed ? "" : String.valueOf(e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private ClientTraffic(Host client, int connections) {
        String namespace = client.namespaceFile().toString();
        try {
            for (int i = 0; i < connections; i++) {
                talks.add(new Talk(NetworkNamespace.in(namespace, ClientTraffic::connected)));
            }
        } catch (Exception e) {
            close();
            throw new LabException("the client cannot connect: " + e.getMessage(), e);
        }
        opener = Thread.ofPlatform().name("demo-opener").daemon().unstarted(() -> open(namespace));
    }

    /** Opens the connections that stay; returns when all of them talk. */
    static ClientTraffic start(Host client, int connections) {
        ClientTraffic traffic = new ClientTraffic(client, connections);
        traffic.talks.forEach(talk -> Thread.ofVirtual().start(talk));
        traffic.opener.start();
        return traffic;
    }

    private static SocketChannel connected() throws IOException {
        SocketChannel connection = SocketChannel.open();
        connection.socket().connect(SERVICE, CONNECT_MILLIS);
        return connection;
    }

    /** Each socket belongs to the namespace of the thread that opened it. */
    private void open(String namespace) {
        try (NetworkNamespace client = NetworkNamespace.open(namespace)) {
            client.enter();
            while (!closed) {
                SocketChannel connection = SocketChannel.open();
                Thread.ofVirtual().start(() -> askOnce(connection));
                Thread.sleep(NEW_CONNECTION_MILLIS);
            }
        } catch (IOException e) {
            newFailures.add(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void askOnce(SocketChannel connection) {
        try (connection) {
            connection.socket().connect(SERVICE, CONNECT_MILLIS);
            exchange(connection);
            newAnswered.incrementAndGet();
        } catch (IOException e) {
            if (!closed) {
                newFailures.add(String.valueOf(e.getMessage()));
            }
        }
    }

    private void exchange(SocketChannel connection) throws IOException {
        connection.write(ByteBuffer.allocate(QUESTION_BYTES));
        ByteBuffer answer = ByteBuffer.allocate(QUESTION_BYTES);
        while (answer.hasRemaining()) {
            if (connection.read(answer) < 0) {
                throw new EOFException("closed by the other side");
            }
        }
        answered(System.nanoTime());
    }

    private synchronized void answered(long nowNanos) {
        longestSilenceNanos = Math.max(longestSilenceNanos, nowNanos - lastAnswerNanos);
        lastAnswerNanos = nowNanos;
    }

    /** Forgets the longest silence so far. */
    synchronized void listenAnew() {
        longestSilenceNanos = 0;
        lastAnswerNanos = System.nanoTime();
    }

    /** The longest time, since {@link #listenAnew}, in which no connection at all got an answer. */
    synchronized long longestSilenceNanos() {
        return Math.max(longestSilenceNanos, System.nanoTime() - lastAnswerNanos);
    }

    int connections() {
        return talks.size();
    }

    /**
     * Waits until every connection that stays has got an answer asked for after now.
     *
     * @return how many have not within the time, or are broken
     */
    int awaitAnswers(long timeoutMillis) throws InterruptedException {
        long begin = System.nanoTime();
        long without;
        do {
            TimeUnit.MILLISECONDS.sleep(20);
            without = talks.stream().filter(talk -> talk.answeredNanos - begin < 0).count();
        } while (without > broken().size()
                && System.nanoTime() - begin < TimeUnit.MILLISECONDS.toNanos(timeoutMillis));
        return (int) without;
    }

    /** Why connections that should have stayed did not. */
    List<String> broken() {
        return talks.stream().map(talk -> talk.broken).filter(why -> !why.isEmpty()).toList();
    }

    /** Why new connections were not answered. */
    List<String> newFailures() {
        return List.copyOf(newFailures);
    }

    /** New connections that were answered so far. */
    int newAnswered() {
        return newAnswered.get();
    }

    @Override
    public void close() {
        closed = true;
        for (Talk talk : talks) {
            try {
                talk.connection.close();
            } catch (IOException e) {
                throw new LabException("cannot close a connection: " + e.getMessage(), e);
            }
        }
    }
}
