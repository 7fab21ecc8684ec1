package lb.director.daemon;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Callable;
import lb.core.linux.NetworkNamespace;
import lb.core.linux.PacketInterface;
import lb.core.linux.PacketSocket;
import lb.core.wire.Memory;
import lb.core.wire.VnetHeader;
import lb.director.lab.Host;

/** Sockets of this JVM in a host's namespace, for any thread to use. Stateless; any thread. */
final class HostSockets {
    static final int CONNECT_MILLIS = 40_000;

    private HostSockets() {}

    /** Listens on every address of the host, IPv4 and IPv6. */
    static ServerSocketChannel listen(Host host, int port) throws Exception {
        return in(
                host,
                () -> ServerSocketChannel.open().bind(new InetSocketAddress("::", port), 1024));
    }

    static SocketChannel connect(Host host, String address, int port, int timeoutMillis)
            throws Exception {
        SocketChannel channel = in(host, SocketChannel::open);
        try {
            channel.socket().connect(new InetSocketAddress(address, port), timeoutMillis);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    static DatagramChannel datagrams(Host host, String address, int port) throws Exception {
        return in(host, () -> DatagramChannel.open().bind(new InetSocketAddress(address, port)));
    }

    /** Sends a frame as it is, from its Ethernet header on. */
    static void send(Host host, String interfaceName, byte[] frame) throws Exception {
        int sent =
                in(
                        host,
                        () -> {
                            try (PacketSocket socket =
                                            PacketSocket.sender(
                                                    PacketInterface.named(interfaceName));
                                    Memory.Scratch scratch =
                                            Memory.scratch(VnetHeader.LENGTH + frame.length)) {
                                long start = scratch.address() + VnetHeader.LENGTH;
                                VnetHeader.clear(start);
                                Memory.copy(frame, 0, start, frame.length);
                                return socket.send(
                                        scratch.address(), VnetHeader.LENGTH + frame.length);
                            }
                        });
        if (sent != VnetHeader.LENGTH + frame.length) {
            throw new IOException("the frame was not sent: " + sent);
        }
    }

    private static <T> T in(Host host, Callable<T> work) throws Exception {
        return NetworkNamespace.in(host.namespaceFile().toString(), work);
    }
}
