package lb.core.channel;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import lb.core.linux.PacketSocket;

/**
 * What wakes a {@link PacketReader}: one of its sockets, at the event loop. Runs on that event
 * loop.
 */
final class ReadHandle implements EpollIoHandle {
    private static final EpollIoOps READ = EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLERR);

    private final PacketReader reader;
    private final PacketSocket socket;
    private final FileDescriptor fd;

    ReadHandle(PacketReader reader, PacketSocket socket) {
        this.reader = reader;
        this.socket = socket;
        fd = new FileDescriptor(socket.fd());
    }

    /** Begins to wait for frames. */
    static void arm(IoRegistration registration) {
        registration.submit(READ);
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        EpollIoOps ops = ((EpollIoEvent) event).ops();
        if (ops.contains(EpollIoOps.EPOLLERR)) {
            // A link that goes down leaves an error, which epoll repeats until somebody has read
            // it.
            socket.takeError();
            reader.onError();
        }
        if (ops.contains(EpollIoOps.EPOLLIN)) {
            reader.onFrames();
        }
    }

    @Override
    public FileDescriptor fd() {
        return fd;
    }

    /** The event loop ends: the channel goes with it. */
    @Override
    public void close() {
        reader.close();
    }
}
