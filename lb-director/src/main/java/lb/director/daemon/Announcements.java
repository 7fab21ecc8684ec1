package lb.director.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import lb.core.linux.Errno;
import lb.core.linux.KernelException;
import lb.core.linux.NativeBuffer;
import lb.core.linux.PacketInterface;
import lb.core.linux.PacketSocket;
import lb.core.wire.IpAddress;
import lb.core.wire.VnetHeader;
import lb.director.config.VipAddress;
import lb.director.config.VrrpInstanceEntry;
import lb.vrrp.wire.GratuitousArp;
import lb.vrrp.wire.UnsolicitedNeighborAdvertisement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The announcements of one vrrp_instance: one for every VIP, then the next round, with the
 * configured gap between two. Frames are sent by the thread {@code lb-vrrp-vips}; queueing and
 * cancelling are for any thread.
 */
final class Announcements {
    private static final Logger LOG = LoggerFactory.getLogger(Announcements.class);

    private final ScheduledExecutorService executor;
    private final AtomicInteger generation = new AtomicInteger();

    Announcements(ScheduledExecutorService executor) {
        this.executor = executor;
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

    /**
     * Goes through the motions without a frame, so that the first takeover does not wait for class
     * loading.
     */
    void prepare(VrrpInstanceEntry instance) {
        executor.execute(() -> {
            Map<String, PacketSocket> senders = new HashMap<>();
            try (NativeBuffer buffer =
                    new NativeBuffer(VnetHeader.LENGTH + UnsolicitedNeighborAdvertisement.LENGTH)) {
                long frame = buffer.address() + VnetHeader.LENGTH;
                for (VipAddress vip : VrrpMapping.vips(instance)) {
                    write(vip, sender(vip, senders), frame);
                    gap(instance, vip);
                }
            } catch (KernelException e) {
                LOG.debug("({}) not prepared", instance.name(), e);
            } finally {
                senders.values().forEach(PacketSocket::close);
            }
        });
    }

    /** Forgets what is queued; a frame that is being sent is the last. */
    void cancel() {
        generation.incrementAndGet();
    }

    /** Sends from the frame {@code done} on, as far as there is no gap to keep. */
    private void send(
            VrrpInstanceEntry instance, List<VipAddress> vips, int rounds, int done, int of) {
        Map<String, PacketSocket> senders = new HashMap<>();
        try (NativeBuffer buffer =
                new NativeBuffer(VnetHeader.LENGTH + UnsolicitedNeighborAdvertisement.LENGTH)) {
            for (int i = done; i < rounds * vips.size() && generation.get() == of; i++) {
                VipAddress vip = vips.get(i % vips.size());
                sendOne(vip, senders, buffer.address() + VnetHeader.LENGTH);
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
            }
        } catch (KernelException e) {
            LOG.warn("({}) VIPs could not be announced: {}", instance.name(), e.getMessage());
        } finally {
            senders.values().forEach(PacketSocket::close);
        }
    }

    private static long gap(VrrpInstanceEntry instance, VipAddress vip) {
        return IpAddress.of(vip.address()).isIpv4()
                ? instance.announcements().garpGapNanos()
                : instance.announcements().gnaGapNanos();
    }

    private static void sendOne(VipAddress vip, Map<String, PacketSocket> senders, long frame) {
        PacketSocket sender = sender(vip, senders);
        int length = write(vip, sender, frame);
        VnetHeader.clear(frame);
        int sent = sender.send(frame - VnetHeader.LENGTH, VnetHeader.LENGTH + length);
        if (sent < 0) {
            LOG.warn(
                    "VIP {} could not be announced: {}",
                    IpAddress.of(vip.address()),
                    Errno.text(-sent));
        }
    }

    private static PacketSocket sender(VipAddress vip, Map<String, PacketSocket> senders) {
        return senders.computeIfAbsent(
                vip.device(), name -> PacketSocket.sender(PacketInterface.named(name)));
    }

    private static int write(VipAddress vip, PacketSocket sender, long frame) {
        IpAddress address = IpAddress.of(vip.address());
        long mac = sender.link().mac();
        return address.isIpv4()
                ? GratuitousArp.write(frame, mac, address.ipv4())
                : UnsolicitedNeighborAdvertisement.write(
                        frame, mac, address.high(), address.low(), forwards(vip.device()));
    }

    /** The Router flag follows the interface's forwarding, as with keepalived. */
    private static boolean forwards(String device) {
        try {
            Path setting = Path.of("/proc/sys/net/ipv6/conf", device, "forwarding");
            return Files.readString(setting).strip().equals("1");
        } catch (IOException e) {
            return false;
        }
    }
}
