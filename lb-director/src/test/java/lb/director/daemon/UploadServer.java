package lb.director.daemon;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.atomic.AtomicLong;
import lb.director.lab.Host;

/**
 * A TCP server on a real server: takes uploads, each 8 bytes of length and that many bytes, and
 * answers each with its own number and the SHA-256 of what arrived. Any thread.
 */
final class UploadServer implements AutoCloseable {
    static final int DIGEST = 32;

    private final byte number;
    private final ServerSocketChannel listener;
    private final AtomicLong uploads = new AtomicLong();

    private UploadServer(int number, ServerSocketChannel listener) {
        this.number = (byte) number;
        this.listener = listener;
    }

    static UploadServer start(Host host, int number, int port) throws Exception {
        UploadServer server = new UploadServer(number, HostSockets.listen(host, port));
        Thread.ofVirtual().start(server::acceptAll);
        return server;
    }

    /** How many uploads it has answered. */
    long uploads() {
        return uploads.get();
    }

    private void acceptAll() {
        try {
            while (true) {
                SocketChannel channel = listener.accept();
                Thread.ofVirtual().start(() -> serve(channel));
            }
        } catch (IOException e) {
            // It was closed.
        }
    }

    private void serve(SocketChannel channel) {
        try (channel) {
            ByteBuffer piece = ByteBuffer.allocate(1 << 16);
            while (true) {
                long length = readFully(channel, ByteBuffer.allocate(Long.BYTES)).getLong();
                byte[] digest = digest(channel, length, piece);
                ByteBuffer answer = ByteBuffer.allocate(1 + DIGEST).put(number).put(digest).flip();
                uploads.incrementAndGet();
                while (answer.hasRemaining()) {
                    channel.write(answer);
                }
            }
        } catch (IOException e) {
            // The client has left.
        }
    }

    private static byte[] digest(SocketChannel channel, long length, ByteBuffer piece)
            throws IOException {
        MessageDigest digest = sha256();
        for (long left = length; left > 0; ) {
            piece.clear().limit((int) Math.min(piece.capacity(), left));
            int got = channel.read(piece);
            if (got < 0) {
                throw new EOFException();
            }
            left -= got;
            digest.update(piece.flip());
        }
        return digest.digest();
    }

    static ByteBuffer readFully(SocketChannel channel, ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (channel.read(into) < 0) {
                throw new EOFException("the other side has closed the connection");
            }
        }
        return into.flip();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
