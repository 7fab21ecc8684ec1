package lb.director.control;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A non-blocking socket as a stream that waits only so long. Used by one thread. */
final class TimedSocket extends InputStream {
    private static final Logger LOG = LoggerFactory.getLogger(TimedSocket.class);

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final Duration timeout;

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

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer into = ByteBuffer.wrap(bytes, offset, length);
        while (true) {
            int read = channel.read(into);
            if (read != 0 || length == 0) {
                return read;
            }
            await(SelectionKey.OP_READ);
        }
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
