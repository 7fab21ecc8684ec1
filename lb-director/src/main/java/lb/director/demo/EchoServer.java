package lb.director.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import lb.core.linux.NetworkNamespace;
import lb.director.lab.Host;
import lb.director.lab.LabException;

/** A real server that sends back what it gets, each connection on a virtual thread of its own. */
final class EchoServer implements AutoCloseable {
    private static final int BACKLOG = 1024;
    private static final int BUFFER_BYTES = 4096;

    private final ServerSocketChannel listener;

    private EchoServer(ServerSocketChannel listener) {
        this.listener = listener;
    }

    /** Listens on the demo's port in a host. */
    static EchoServer start(Host host) {
        try {
            EchoServer server =
                    new EchoServer(
                            NetworkNamespace.in(
                                    host.namespaceFile().toString(),
                                    () ->
                                            ServerSocketChannel.open()
                                                    .bind(
                                                            new InetSocketAddress(
                                                                    "0.0.0.0", Machine.PORT),
                                                            BACKLOG)));
            Thread.ofVirtual().start(server::acceptAll);
            return server;
        } catch (Exception e) {
            throw new LabException("cannot listen on " + host.name() + ": " + e.getMessage(), e);
        }
    }

    private void acceptAll() {
        try {
            while (true) {
                SocketChannel connection = listener.accept();
                Thread.ofVirtual().start(() -> echo(connection));
            }
        } catch (IOException e) {
            // It was closed.
        }
    }

    private static void echo(SocketChannel connection) {
        try (connection) {
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
            while (connection.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    connection.write(buffer);
                }
                buffer.clear();
            }
        } catch (IOException e) {
            // The client is gone; its own record says why.
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new LabException("cannot stop listening: " + e.getMessage(), e);
        }
    }
}
