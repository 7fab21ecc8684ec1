package lb.vrrp.speaker;

import java.util.List;
import java.util.concurrent.TimeUnit;
import lb.core.linux.KernelException;
import lb.core.linux.NativeBuffer;
import lb.core.linux.PacketInterface;
import lb.core.linux.RawIpSocket;
import lb.core.wire.IpAddress;
import lb.vrrp.automaton.Event;
import lb.vrrp.automaton.VirtualRouter;
import lb.vrrp.automaton.VirtualRouterSettings;
import lb.vrrp.wire.AddressClaim;
import lb.vrrp.wire.AdvertEncoder;
import lb.vrrp.wire.AdvertFormat;
import lb.vrrp.wire.ArpProbe;
import lb.vrrp.wire.NeighborSolicitation;
import lb.vrrp.wire.VrrpHeader;
import lb.vrrp.wire.VrrpVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads a virtual router that nobody hears through its states, and writes what it would say, so
 * that the first real takeover does not wait for the JVM to load, link and compile the code. Runs
 * on the thread that starts the speaker; sends nothing.
 */
final class Rehearsal {
    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
    private static final long SECOND = 1_000_000_000L;

    /** The compiler takes up what was called 200 times. */
    private static final int ROUNDS = 220;

    private static final long BUDGET_NANOS = TimeUnit.MILLISECONDS.toNanos(40);
    private static final int ROOM = 256;
    private static final String LOOPBACK = "lo";
    private static final long MAC = 0x0200_0000_0001L;

    /** Of the networks set aside for documentation (RFC 5737, RFC 3849). */
    private static final List<IpAddress> VIPS =
            List.of(IpAddress.parse("192.0.2.1"), IpAddress.parse("2001:db8::1"));

    private Rehearsal() {}

    static void run() {
        long began = System.nanoTime();
        for (int i = 0; i < ROUNDS && isEarly(i, began); i++) {
            states();
        }
        for (IpAddress vip : VIPS) {
            try (NativeBuffer memory = new NativeBuffer(ROOM);
                    RawIpSocket socket = socket(vip)) {
                rehearse(vip, socket, memory.address());
            } catch (KernelException e) {
                LOG.debug("not rehearsed: {}", e.getMessage());
            }
        }
    }

    private static void rehearse(IpAddress vip, RawIpSocket socket, long memory) {
        AdvertEncoder encoder = encoder(vip);
        long began = System.nanoTime();
        for (int i = 0; i < ROUNDS && isEarly(i, began); i++) {
            adverts(encoder, vip, socket, memory);
            claims(vip, memory);
        }
    }

    /** Once in any case. */
    private static boolean isEarly(int round, long beganNanos) {
        return round == 0 || System.nanoTime() - beganNanos < BUDGET_NANOS;
    }

    private static void states() {
        VirtualRouter router =
                new VirtualRouter(
                        VirtualRouterSettings.of(VrrpVersion.V3).build(), IpAddress.ofIpv4(2));
        long now = 0;
        router.on(new Event.Startup(), now);
        router.on(new Event.AdvertReceived(200, SECOND, 0, 1), now);
        for (int i = 0; i < 8; i++) {
            now += router.nanosToDeadline(now);
            router.on(new Event.TimerExpired(), now);
        }
        router.on(new Event.AdvertReceived(50, SECOND, 0, 1), now);
        router.on(new Event.VipClaimed(1, true), now);
        router.on(new Event.AdvertReceived(200, SECOND, 0, 1), now);
        router.on(new Event.Shutdown(), now);
    }

    private static RawIpSocket socket(IpAddress vip) {
        int index = PacketInterface.named(LOOPBACK).index();
        return RawIpSocket.open(!vip.isIpv4(), VrrpHeader.PROTOCOL, LOOPBACK, index);
    }

    private static AdvertEncoder encoder(IpAddress vip) {
        AdvertFormat format = AdvertFormat.of(VrrpVersion.V3, 1, List.of(vip)).build();
        return new AdvertEncoder(format, vip, MAC);
    }

    /** To be sent is a packet without length, which the kernel refuses. */
    private static void adverts(
            AdvertEncoder encoder, IpAddress vip, RawIpSocket socket, long memory) {
        encoder.packet(memory, 1);
        encoder.frame(memory, 1);
        socket.send(memory, 0, vip.high(), vip.low());
    }

    private static void claims(IpAddress vip, long memory) {
        int length =
                vip.isIpv4()
                        ? ArpProbe.write(memory, MAC, MAC, vip.ipv4())
                        : NeighborSolicitation.write(
                                memory, MAC, vip.high(), vip.low(), vip.high(), vip.low());
        new AddressClaim().read(memory, length);
    }
}
