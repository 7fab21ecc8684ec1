package lb.director.daemon;

import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import lb.core.wire.IpAddress;
import lb.director.config.VipAddress;
import lb.director.config.VrrpInstanceEntry;

/**
 * The announcements of one vrrp_instance: one for every VIP, then the next round, with the
 * configured gap between two. Frames are sent by the thread {@code lb-vrrp-vips}; queueing and
 * cancelling are for any thread.
 */
final class Announcements {
    private final ScheduledExecutorService executor;
    private final AnnouncementSockets sockets;
    private final Runnable giveWay;
    private final AtomicInteger generation = new AtomicInteger();

    /**
     * None yet.
     *
     * @param executor of the thread
     * @param sockets used on the thread
     * @param giveWay called on the thread between two frames
     */
    Announcements(
            ScheduledExecutorService executor, AnnouncementSockets sockets, Runnable giveWay) {
        this.executor = executor;
        this.sockets = sockets;
        this.giveWay = giveWay;
    }

    /** Queues rounds behind those that are queued. */
    void queue(VrrpInstanceEntry instance, int rounds) {
        queue(instance, VrrpMapping.vips(instance), rounds);
    }

    /** Queues one round for the VIPs that are not on the instance's own interface. */
    void queueForOtherInterfaces(VrrpInstanceEntry instance) {
        List<VipAddress> others =
                VrrpMapping.vips(instance).stream()
                        .filter(vip -> !vip.device().equals(instance.interfaceName()))
                        .toList();
        queue(instance, others, 1);
    }

    private void queue(VrrpInstanceEntry instance, List<VipAddress> vips, int rounds) {
        int current = generation.get();
        executor.execute(() -> send(instance, vips, rounds, 0, current));
    }

    /** Forgets what is queued; a frame that is being sent is the last. */
    void cancel() {
        generation.incrementAndGet();
    }

    /** Sends from the frame {@code done} on, as far as there is no gap to keep. */
    private void send(
            VrrpInstanceEntry instance, List<VipAddress> vips, int rounds, int done, int of) {
        try (AnnouncementFrames frames = new AnnouncementFrames(sockets)) {
            for (int i = done; i < rounds * vips.size() && generation.get() == of; i++) {
                VipAddress vip = vips.get(i % vips.size());
                frames.send(vip);
                long gap = gap(instance, vip);
                if (gap > 0) {
                    int next = i + 1;
                    var _ =
                            executor.schedule(
                                    () -> send(instance, vips, rounds, next, of),
                                    gap,
                                    TimeUnit.NANOSECONDS);
                    return;
                }
                giveWay.run();
            }
        }
    }

    private static long gap(VrrpInstanceEntry instance, VipAddress vip) {
        return IpAddress.of(vip.address()).isIpv4()
                ? instance.announcements().garpGapNanos()
                : instance.announcements().gnaGapNanos();
    }
}
