package lb.director.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lines over a non-blocking socket, each waited for only so long. Used by one thread. */
final class TimedSocket implements AutoCloseable {
    /** Far more than any line of a director: results that grow come in pieces. */
    private static final int MAX_LINE_BYTES = 64 * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(TimedSocket.class);

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final Duration timeout;
    private final ByteBuffer received = ByteBuffer.allocate(64 * 1024).flip();

    TimedSocket(SocketChannel channel, Duration timeout) throws IOException {
        this.channel = channel;
        this.timeout = timeout;
        selector = Selector.open();
        key = channel.register(selector, 0);
    }

    /**
     * Writes all of it. A peer that has closed is met by the next read, which may still find its
     * last words.
     */
    void write(ByteBuffer bytes) throws IOException {
        try {
            while (bytes.hasRemaining()) {
                if (channel.write(bytes) == 0) {
                    await(SelectionKey.OP_WRITE);
                }
            }
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            LOG.debug("the director takes no request", e);
        }
    }

    /** The next line without its end; null when the peer closed before there was a whole one. */
    byte @Nullable [] readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(received.remaining());
        while (!takeLine(line)) {
            if (line.size() > MAX_LINE_BYTES) {
                throw new IOException("it sends a line without end");
            }
            if (!receive()) {
                return null;
            }
        }
        return line.toByteArray();
    }

    /**
     * Moves what was received to {@code line}, up to and without the end of the line; whether that
     * was there.
     */
    private boolean takeLine(ByteArrayOutputStream line) {
        byte[] bytes = received.array();
        for (int i = received.position(); i < received.limit(); i++) {
            if (bytes[i] == '\n') {
                line.write(bytes, received.position(), i - received.position());
                received.position(i + 1);
                return true;
            }
        }
        line.write(bytes, received.position(), received.remaining());
        received.position(received.limit());
        return false;
    }

    private boolean receive() throws IOException {
        received.clear();
        int read = channel.read(received);
        while (read == 0) {
            await(SelectionKey.OP_READ);
            read = channel.read(received);
        }
        received.flip();
        return read > 0;
    }

    private void await(int operation) throws IOException {
        key.interestOps(operation);
        if (selector.select(timeout.toMillis()) == 0) {
            throw new SocketTimeoutException(
                    "it did not answer within " + timeout.toSeconds() + " s");
        }
        selector.selectedKeys().clear();
    }

    @Override
    public void close() {
        try (selector;
                channel) {
            key.cancel();
        } catch (IOException e) {
            LOG.debug("closing the control connection failed", e);
        }
    }
}
