package lb.vrrp.speaker;

import java.util.List;
import java.util.function.Supplier;
import lb.core.linux.Errno;
import lb.core.linux.RawIpSocket;
import lb.core.wire.IpAddress;
import lb.vrrp.wire.AdvertVerdict;
import lb.vrrp.wire.AdvertView;
import lb.vrrp.wire.IpFamily;
import lb.vrrp.wire.VrrpHeader;
import org.jspecify.annotations.Nullable;

/**
 * The socket of all virtual routers of one interface and family, while there is the interface.
 * Owned by the speaker's thread.
 */
final class Wire implements AutoCloseable {
    /**
     * More than a socket's queue can hold, so that what waited is heard before timers; and yet a
     * flood cannot keep the thread here.
     */
    private static final int PACKETS_PER_TURN = 4096;

    private final String interfaceName;
    private final IpFamily family;
    private final AdvertView view = new AdvertView();
    private @Nullable Voice[] byVrid = new Voice[256];
    private List<IpAddress> groups = List.of();
    private boolean sendsFrames;
    private @Nullable RawIpSocket socket;
    private @Nullable FrameSender frames;
    private final ClaimWatch claims;
    private int index;
    private long strange;

    Wire(String interfaceName, IpFamily family, Supplier<long[]> hostMacs) {
        this.interfaceName = interfaceName;
        this.family = family;
        claims = new ClaimWatch(interfaceName, family, hostMacs);
    }

    boolean isFor(String name, IpFamily of) {
        return interfaceName.equals(name) && family == of;
    }

    String interfaceName() {
        return interfaceName;
    }

    /** Speaks for exactly these from now on; their groups are joined by the next socket too. */
    void voices(List<Voice> voices) {
        byVrid = new Voice[256];
        for (Voice voice : voices) {
            byVrid[voice.instance().format().vrid()] = voice;
        }
        groups =
                voices.stream()
                        .map(voice -> voice.instance().format())
                        .filter(format -> !format.isUnicast())
                        .map(format -> format.group())
                        .distinct()
                        .toList();
        sendsFrames = voices.stream().anyMatch(voice -> voice.instance().usesVirtualMac());
        joinGroups();
        openForFrames();
        claims.voices(voices);
    }

    private void openForFrames() {
        if (sendsFrames && socket != null && frames == null) {
            frames = new FrameSender(interfaceName);
        }
    }

    /** Opens, closes or replaces the socket as the interface is there, gone or another one. */
    void onLink(@Nullable LinkSight sight) {
        claims.onLink(sight);
        if (socket != null && (sight == null || sight.index() != index)) {
            close();
        }
        if (socket == null && sight != null) {
            socket =
                    RawIpSocket.open(
                            family == IpFamily.IPV6,
                            VrrpHeader.PROTOCOL,
                            interfaceName,
                            sight.index());
            index = sight.index();
            joinGroups();
            openForFrames();
        }
    }

    private void joinGroups() {
        if (socket != null) {
            for (IpAddress group : groups) {
                socket.join(group.toInetAddress());
            }
        }
    }

    /** Who else has the VIPs. */
    ClaimWatch claims() {
        return claims;
    }

    /** The socket's descriptor, or −1. */
    int fd() {
        return socket == null ? -1 : socket.fd();
    }

    /** Packets on this socket that were no VRRP or of no virtual router here. */
    long strange() {
        return strange;
    }

    /** Hears all that waits. */
    void drain(long buffer, int room) {
        int failures = 0;
        // The first failure may be an error that waits before packets, such as of an interface
        // that went down; the kernel's news tell of it too.
        for (int i = 0; i < PACKETS_PER_TURN && socket != null && failures < 2; i++) {
            int length = socket.receive(buffer, room);
            if (length >= 0) {
                hear(socket, buffer, Math.min(length, room));
            } else {
                failures++;
            }
        }
        // Whoever has made us step down in an advert has every right to what follows it. What a
        // claim leads to waits for the next turn, which hears adverts first, too.
        claims.drain();
    }

    private void hear(RawIpSocket from, long buffer, int length) {
        AdvertVerdict verdict =
                family == IpFamily.IPV4
                        ? view.readPacket(buffer, length)
                        : view.readMessage(
                                buffer,
                                length,
                                family,
                                from.hopLimit(),
                                from.sourceHigh(),
                                from.sourceLow(),
                                from.destinationHigh(),
                                from.destinationLow());
        Voice voice = verdict == AdvertVerdict.UNCHECKED ? byVrid[view.vrid()] : null;
        if (voice == null) {
            strange++;
        } else {
            voice.hear(view, System.nanoTime());
        }
    }

    /** Sends a packet: bytes sent, or the negative errno. */
    int send(long packet, int length, long high, long low) {
        return socket == null ? -Errno.ENODEV : socket.send(packet, length, high, low);
    }

    /** Sends a frame: bytes sent, or the negative errno. */
    int sendFrame(long frame, int length) {
        return frames == null ? -Errno.ENODEV : frames.send(frame, length);
    }

    @Override
    public void close() {
        if (frames != null) {
            frames.close();
            frames = null;
        }
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }

    /** Closes for good. */
    void end() {
        close();
        claims.end();
    }
}
