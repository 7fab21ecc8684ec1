package lb.vrrp.speaker;

import lb.core.linux.NativeBuffer;
import lb.core.linux.PacketInterface;
import lb.core.linux.PacketSocket;
import lb.core.wire.Memory;
import lb.core.wire.VnetHeader;

/**
 * Sends whole Ethernet frames on one interface, for adverts whose source MAC address is the virtual
 * router's. Owned by the speaker's thread.
 */
final class FrameSender implements AutoCloseable {
    private static final int ROOM = 1 << 16;

    private final NativeBuffer buffer = new NativeBuffer(ROOM);
    private final PacketSocket socket;

    FrameSender(String interfaceName) {
        try {
            socket = PacketSocket.sender(PacketInterface.named(interfaceName));
        } catch (RuntimeException e) {
            buffer.close();
            throw e;
        }
        VnetHeader.clear(buffer.address() + VnetHeader.LENGTH);
    }

    /** Sends a frame: bytes sent, or the negative errno. */
    int send(long frame, int length) {
        Memory.copy(frame, buffer.address() + VnetHeader.LENGTH, length);
        return socket.sendPlain(buffer.address(), VnetHeader.LENGTH + length);
    }

    @Override
    public void close() {
        socket.close();
        buffer.close();
    }
}
