package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import lb.director.lab.Host;

/** A client's connection to an {@link UploadServer}. One thread; {@link #sent} for any. */
final class Upload implements AutoCloseable {
    private static final int PIECE = 250_000;

    private final SocketChannel channel;
    private volatile long sent;

    private Upload(SocketChannel channel) {
        this.channel = channel;
    }

    static Upload connect(Host client, String address, int port) throws Exception {
        return new Upload(HostSockets.connect(client, address, port, HostSockets.CONNECT_MILLIS));
    }

    /** One upload on a connection of its own; the number of the real server that took it. */
    static int once(Host client, String address, int port, int bytes) throws Exception {
        try (Upload upload = connect(client, address, port)) {
            return upload.send(bytes);
        }
    }

    /** Sends random bytes; the number of the real server, whose digest was right. */
    int send(int bytes) throws IOException, InterruptedException {
        return send(bytes, Duration.ZERO);
    }

    /** As {@link #send(int)}, with a pause after each {@value #PIECE} bytes. */
    int send(int bytes, Duration pause) throws IOException, InterruptedException {
        MessageDigest digest = UploadServer.sha256();
        SplittableRandom random = new SplittableRandom(bytes);
        write(ByteBuffer.allocate(Long.BYTES).putLong(bytes).flip());
        byte[] piece = new byte[Math.min(bytes, PIECE)];
        for (int left = bytes; left > 0; left -= piece.length) {
            random.nextBytes(piece);
            int length = Math.min(left, piece.length);
            digest.update(piece, 0, length);
            write(ByteBuffer.wrap(piece, 0, length));
            sent += length;
            if (!pause.isZero()) {
                Thread.sleep(pause);
            }
        }
        ByteBuffer answer =
                UploadServer.readFully(channel, ByteBuffer.allocate(1 + UploadServer.DIGEST));
        int server = answer.get();
        byte[] arrived = new byte[UploadServer.DIGEST];
        answer.get(arrived);
        assertThat(arrived).as("digest of what arrived").isEqualTo(digest.digest());
        return server;
    }

    /** Starts {@link #send(int, Duration)} on a thread of its own. */
    CompletableFuture<Integer> start(int bytes, Duration pause) {
        CompletableFuture<Integer> result = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        result.complete(send(bytes, pause));
                    } catch (Throwable e) {
                        result.completeExceptionally(e);
                    }
                });
        return result;
    }

    /** Bytes handed to the kernel so far. */
    long sent() {
        return sent;
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
