package lb.vrrp.speaker;

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import lb.core.linux.AddressClaimFilter;
import lb.core.linux.Errno;
import lb.core.linux.KernelException;
import lb.core.linux.Link;
import lb.core.linux.NativeBuffer;
import lb.core.linux.PacketInterface;
import lb.core.linux.PacketSocket;
import lb.core.wire.IpAddress;
import lb.core.wire.VnetHeader;
import lb.vrrp.wire.AddressClaim;
import lb.vrrp.wire.ArpProbe;
import lb.vrrp.wire.IpFamily;
import lb.vrrp.wire.NeighborSolicitation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks one link who else has the VIPs of its virtual routers of one family, and hears whoever says
 * so, asked or not. Owned by the speaker's thread.
 *
 * <p>Without its socket, which needs an Ethernet interface, nothing is asked or heard, and the
 * virtual routers do without. Asking and hearing allocate nothing.
 */
final class ClaimWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClaimWatch.class);

    /** One is enough for an answer, and those of a flood are all the same. */
    private static final int CLAIMS_PER_TURN = 64;

    private static final int ROOM = 2048;

    private final String interfaceName;
    private final IpFamily family;
    private final Supplier<long[]> hostMacs;
    private final NativeBuffer memory = new NativeBuffer(2L * ROOM);
    private final AddressClaim claim = new AddressClaim();
    private List<Voice> voices = List.of();
    private List<IpAddress> vips = List.of();
    private @Nullable LinkSight sight;
    private @Nullable PacketSocket socket;

    /**
     * One without its socket.
     *
     * @param hostMacs gives the Ethernet addresses of all interfaces of this host
     */
    ClaimWatch(String interfaceName, IpFamily family, Supplier<long[]> hostMacs) {
        this.hostMacs = hostMacs;
        this.interfaceName = interfaceName;
        this.family = family;
        VnetHeader.clear(memory.address() + VnetHeader.LENGTH);
    }

    /** Watches for exactly these from now on. */
    void voices(List<Voice> all) {
        voices = all.stream().filter(voice -> voice.instance().probedVip() != null).toList();
        List<IpAddress> wanted =
                voices.stream()
                        .map(voice -> Objects.requireNonNull(voice.instance().probedVip()))
                        .toList();
        if (!wanted.equals(vips)) {
            vips = wanted;
            listen();
        }
    }

    /** Takes in how the interface stands; null when there is none. */
    void onLink(@Nullable LinkSight now) {
        boolean another =
                sight == null
                        || now == null
                        || now.index() != sight.index()
                        || now.mac() != sight.mac();
        sight = now;
        if (another) {
            close();
            listen();
        }
    }

    private void listen() {
        try {
            if (vips.isEmpty() || sight == null || sight.mac() == Link.NO_MAC) {
                close();
            } else if (socket == null) {
                socket = PacketSocket.listener(PacketInterface.named(interfaceName), filter());
            } else {
                socket.filter(filter());
            }
        } catch (KernelException e) {
            close();
            LOG.warn(
                    "on {} nobody will be noticed who has our {} VIPs, too: {}",
                    interfaceName,
                    family,
                    e.getMessage());
        }
    }

    private AddressClaimFilter filter() {
        int[] ends = vips.stream().mapToInt(vip -> (int) vip.low()).toArray();
        return family == IpFamily.IPV4
                ? AddressClaimFilter.ofIpv4(ends)
                : AddressClaimFilter.ofIpv6(ends);
    }

    /** The socket's descriptor, or −1. */
    int fd() {
        return socket == null ? -1 : socket.fd();
    }

    /**
     * Asks who else has the VIP of an instance, right now.
     *
     * @param source our own address on the link, of the same family
     * @return bytes sent, or the negative errno; {@link Errno#ENODEV} without a socket
     */
    int probe(VrrpInstance instance, IpAddress vip, IpAddress source) {
        if (socket == null) {
            return -Errno.ENODEV;
        }
        long frame = memory.address() + VnetHeader.LENGTH;
        long mac = socket.link().mac();
        int length =
                family == IpFamily.IPV4
                        ? ArpProbe.write(
                                frame, mac, ArpProbe.destination(instance.format()), vip.ipv4())
                        : NeighborSolicitation.write(
                                frame, mac, source.high(), source.low(), vip.high(), vip.low());
        return socket.sendPlain(memory.address(), VnetHeader.LENGTH + length);
    }

    /** Hears what waits; of a flood a part. */
    void drain() {
        int failures = 0;
        // The first failure may be an error that waits before packets, such as of an interface
        // that went down.
        for (int i = 0; i < CLAIMS_PER_TURN && socket != null && failures < 2; i++) {
            int length = socket.receivePlain(memory.address() + ROOM, ROOM);
            if (length >= VnetHeader.LENGTH) {
                hear(
                        memory.address() + ROOM + VnetHeader.LENGTH,
                        Math.min(length, ROOM) - VnetHeader.LENGTH);
            } else {
                failures++;
            }
        }
    }

    private void hear(long frame, int length) {
        AddressClaim.Verdict verdict = claim.read(frame, length);
        if (verdict == AddressClaim.Verdict.OTHER || isOwn(claim.mac())) {
            return;
        }
        for (int i = 0; i < voices.size(); i++) {
            IpAddress vip = vips.get(i);
            if (vip.low() == claim.addressLow() && vip.high() == claim.addressHigh()) {
                voices.get(i).hearClaim(claim, verdict, System.nanoTime());
                return;
            }
        }
    }

    /** Any of this host's: two of its interfaces may be on the same link (RFC 5227 section 2.4). */
    private boolean isOwn(long mac) {
        for (long own : hostMacs.get()) {
            if (own == mac) {
                return true;
            }
        }
        return false;
    }

    /** Closes the socket; another one may follow. */
    @Override
    public void close() {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }

    /** Closes for good. */
    void end() {
        close();
        memory.close();
    }
}
