package lb.director.daemon;

import java.util.HashMap;
import java.util.Map;
import lb.core.linux.PacketInterface;
import lb.core.linux.PacketSocket;

/**
 * The sockets through which the VIPs of vrrp_instances are announced, one for each interface. Owned
 * by the thread {@code lb-vrrp-vips}.
 *
 * <p>They stay open, because the kernel lets whoever closes one wait for all processors
 * (synchronize_net, several milliseconds): with fifty instances that take over together the last
 * one's announcement would come a second late.
 */
final class AnnouncementSockets implements AutoCloseable {
    private final Map<String, PacketSocket> byDevice = new HashMap<>();

    /**
     * The socket of an interface as it stands now, whose {@link PacketSocket#link} has its MAC
     * address; valid until the next call.
     *
     * @throws lb.core.linux.KernelException when there is no such interface
     */
    PacketSocket of(String device) {
        PacketInterface now = PacketInterface.named(device);
        PacketSocket open = byDevice.get(device);
        if (open != null && open.link().equals(now)) {
            return open;
        }
        PacketSocket fresh = PacketSocket.sender(now);
        byDevice.put(device, fresh);
        if (open != null) {
            open.close();
        }
        return fresh;
    }

    /** Has the next {@link #of} open another one: this one's interface has left it. */
    void forget(String device) {
        PacketSocket lost = byDevice.remove(device);
        if (lost != null) {
            lost.close();
        }
    }

    @Override
    public void close() {
        byDevice.values().forEach(PacketSocket::close);
        byDevice.clear();
    }
}
