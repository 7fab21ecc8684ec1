package lb.director.daemon;

import java.util.List;
import java.util.concurrent.TimeUnit;
import lb.core.linux.KernelException;
import lb.core.linux.PacketInterface;
import lb.core.linux.Rtnetlink;
import lb.core.wire.IpAddress;
import lb.director.config.VipAddress;

/**
 * Goes through what comes between an advert and the first announcement, with nobody's VIPs, so that
 * the JVM has loaded, linked and mostly compiled it before the first takeover: cold it takes up to
 * ten milliseconds. Changes nothing and sends no frame. Stateless; on the thread {@code
 * lb-vrrp-vips}.
 */
final class TakeoverRehearsal {
    private static final String LOOPBACK = "lo";

    /** The kernel knows no interface by this number, so it refuses. */
    private static final int NOWHERE = Integer.MAX_VALUE;

    /** The compiler takes up what was called 200 times; what counts most is the first one. */
    private static final int ROUNDS = 220;

    private static final long BUDGET_NANOS = TimeUnit.MILLISECONDS.toNanos(150);

    /** Of the networks set aside for documentation (RFC 5737, RFC 3849). */
    private static final List<VipAddress> VIPS = List.of(vip("192.0.2.1"), vip("2001:db8::1"));

    private TakeoverRehearsal() {}

    private static VipAddress vip(String address) {
        IpAddress parsed = IpAddress.parse(address);
        return new VipAddress(
                parsed.toInetAddress(), parsed.isIpv4() ? 32 : 128, LOOPBACK, null, "", 0);
    }

    /** For the thread of the addresses, with what it uses. */
    static void run(Rtnetlink rtnetlink, AnnouncementSockets sockets, long leaseSeconds) {
        long began = System.nanoTime();
        for (int i = 0; i < ROUNDS && System.nanoTime() - began < BUDGET_NANOS; i++) {
            try (AnnouncementFrames frames = new AnnouncementFrames(sockets)) {
                for (VipAddress vip : VIPS) {
                    add(rtnetlink, vip, leaseSeconds);
                    frames.rehearse(vip);
                }
            }
        }
    }

    private static void add(Rtnetlink rtnetlink, VipAddress vip, long leaseSeconds) {
        try {
            PacketInterface.named(vip.device());
            rtnetlink.replaceAddress(VipLease.of(vip, NOWHERE, leaseSeconds));
        } catch (KernelException e) {
            // As it is meant to be.
            assert !e.getMessage().isEmpty();
        }
    }
}
