package lb.director.daemon;

import lb.core.linux.NativeBuffer;
import lb.core.linux.NetworkNamespace;
import lb.core.linux.PacketInterface;
import lb.core.linux.PacketSocket;
import lb.core.wire.Memory;
import lb.core.wire.VnetHeader;
import lb.director.lab.Host;

/** Puts frames on the wire as they are, from a host's interface eth0. One thread. */
final class Injector implements AutoCloseable {
    private static final int ROOM = 2048;

    private final PacketSocket socket;
    private final NativeBuffer memory = new NativeBuffer(ROOM);

    Injector(Host host) {
        try {
            socket =
                    NetworkNamespace.in(
                            host.namespaceFile().toString(),
                            () -> PacketSocket.sender(PacketInterface.named("eth0")));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    void send(byte[] frame) {
        long start = memory.address() + VnetHeader.LENGTH;
        VnetHeader.clear(start);
        Memory.copy(frame, 0, start, frame.length);
        int length = VnetHeader.LENGTH + frame.length;
        int sent = socket.send(memory.address(), length);
        if (sent != length) {
            throw new AssertionError("the frame was not sent: " + sent);
        }
    }

    @Override
    public void close() {
        socket.close();
        memory.close();
    }
}
