package lb.director.daemon;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import lb.core.director.Worker;
import lb.core.linux.Link;
import lb.core.wire.IpAddress;
import lb.core.wire.Memory;
import lb.vrrp.wire.GratuitousArp;
import lb.vrrp.wire.UnsolicitedNeighborAdvertisement;

/**
 * Tells the link who has a VIP: gratuitous ARP (RFC 5227 section 3), unsolicited neighbour
 * advertisement (RFC 4861 section 7.2.6). Used by the thread {@code lb-vips}; the frames leave
 * through a worker.
 */
final class Announcer {
    /** At once, and again for those that missed it. */
    private static final long[] AT_MILLIS = {0, 1_000, 5_000};

    private final Worker worker;
    private final Link link;
    private final ScheduledExecutorService scheduler;
    private final Supplier<Set<IpAddress>> held;

    /**
     * An announcer for the VIPs of one interface.
     *
     * @param held the VIPs held when an announcement is due
     */
    Announcer(
            Worker worker,
            Link link,
            ScheduledExecutorService scheduler,
            Supplier<Set<IpAddress>> held) {
        this.worker = worker;
        this.link = link;
        this.scheduler = scheduler;
        this.held = held;
    }

    /** Announces VIPs that were just taken, several times. */
    void announceTaken(Set<IpAddress> vips) {
        for (long delay : AT_MILLIS) {
            var _ = scheduler.schedule(() -> announceStillHeld(vips), delay, TimeUnit.MILLISECONDS);
        }
    }

    /** A VIP that was given up since may be another machine's by now. */
    private void announceStillHeld(Set<IpAddress> vips) {
        Set<IpAddress> still = new HashSet<>(vips);
        still.retainAll(held.get());
        announce(still);
    }

    /** Announces VIPs once. */
    void announce(Set<IpAddress> vips) {
        for (IpAddress vip : vips) {
            var _ = worker.proxy().transmit(link.index(), frame(vip));
        }
    }

    private byte[] frame(IpAddress vip) {
        try (Memory.Scratch scratch = Memory.scratch(UnsolicitedNeighborAdvertisement.LENGTH)) {
            int length =
                    vip.isIpv4()
                            ? GratuitousArp.write(scratch.address(), link.mac(), vip.ipv4())
                            : UnsolicitedNeighborAdvertisement.write(
                                    scratch.address(), link.mac(), vip.high(), vip.low(), false);
            byte[] frame = new byte[length];
            Memory.copy(scratch.address(), frame, 0, length);
            return frame;
        }
    }
}
