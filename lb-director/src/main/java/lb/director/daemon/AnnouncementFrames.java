package lb.director.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import lb.core.linux.Errno;
import lb.core.linux.KernelException;
import lb.core.linux.NativeBuffer;
import lb.core.linux.PacketSocket;
import lb.core.wire.IpAddress;
import lb.core.wire.VnetHeader;
import lb.director.config.VipAddress;
import lb.vrrp.wire.GratuitousArp;
import lb.vrrp.wire.UnsolicitedNeighborAdvertisement;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frames that announce VIPs, of one instance and one moment: each interface is looked at once.
 * Owned by the thread {@code lb-vrrp-vips}.
 */
final class AnnouncementFrames implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AnnouncementFrames.class);

    /** An interface as it was looked at; of one that there is not, what the kernel said. */
    private sealed interface Way {
        record Open(PacketSocket socket) implements Way {}

        record Closed(String why) implements Way {}
    }

    private final AnnouncementSockets sockets;
    private final Map<String, Way> ways = new HashMap<>();
    private final Map<String, Boolean> routers = new HashMap<>();
    private final NativeBuffer buffer =
            new NativeBuffer(VnetHeader.LENGTH + UnsolicitedNeighborAdvertisement.LENGTH);

    AnnouncementFrames(AnnouncementSockets sockets) {
        this.sockets = sockets;
    }

    /** Announces a VIP on its interface; what fails is logged. */
    void send(VipAddress vip) {
        String failure = attempt(vip, false);
        if (failure != null) {
            LOG.warn("VIP {} could not be announced: {}", IpAddress.of(vip.address()), failure);
        }
    }

    /** All of {@link #send}, but a frame without length, which the kernel refuses. */
    void rehearse(VipAddress vip) {
        LOG.trace("rehearsed: {}", attempt(vip, true));
    }

    /** Null when it is done. */
    private @Nullable String attempt(VipAddress vip, boolean empty) {
        if (way(vip) instanceof Way.Open(PacketSocket socket)) {
            int sent = transmit(vip, socket, empty);
            if (!isUnbound(sent)) {
                return sent < 0 ? Errno.text(-sent) : null;
            }
            sockets.forget(vip.device());
            ways.remove(vip.device());
        }
        return attemptLast(vip, empty);
    }

    private @Nullable String attemptLast(VipAddress vip, boolean empty) {
        return switch (way(vip)) {
            case Way.Open(PacketSocket socket) -> {
                int sent = transmit(vip, socket, empty);
                yield sent < 0 ? Errno.text(-sent) : null;
            }
            case Way.Closed(String why) -> why;
        };
    }

    /**
     * Whether the interface has left the socket: it was in another namespace meanwhile, or was made
     * again, and looks as before. Not ENETDOWN: the socket is good again when the interface is.
     */
    private static boolean isUnbound(int sent) {
        return sent == -Errno.ENXIO || sent == -Errno.ENODEV;
    }

    private int transmit(VipAddress vip, PacketSocket socket, boolean empty) {
        int length = VnetHeader.LENGTH + write(vip, socket);
        return socket.send(buffer.address(), empty ? 0 : length);
    }

    private Way way(VipAddress vip) {
        Way known = ways.get(vip.device());
        if (known != null) {
            return known;
        }
        Way found;
        try {
            found = new Way.Open(sockets.of(vip.device()));
        } catch (KernelException | IllegalArgumentException e) {
            found = new Way.Closed(String.valueOf(e.getMessage()));
        }
        ways.put(vip.device(), found);
        return found;
    }

    private int write(VipAddress vip, PacketSocket socket) {
        long frame = buffer.address() + VnetHeader.LENGTH;
        IpAddress address = IpAddress.of(vip.address());
        long mac = socket.link().mac();
        VnetHeader.clear(frame);
        return address.isIpv4()
                ? GratuitousArp.write(frame, mac, address.ipv4())
                : UnsolicitedNeighborAdvertisement.write(
                        frame, mac, address.high(), address.low(), isRouter(vip.device()));
    }

    /** The Router flag follows the interface's forwarding, as with keepalived. */
    private boolean isRouter(String device) {
        return routers.computeIfAbsent(device, AnnouncementFrames::forwards);
    }

    private static boolean forwards(String device) {
        try {
            Path setting = Path.of("/proc/sys/net/ipv6/conf", device, "forwarding");
            return Files.readString(setting).strip().equals("1");
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        buffer.close();
    }
}
