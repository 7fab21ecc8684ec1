package lb.director.daemon;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import lb.core.linux.KernelException;
import lb.core.linux.LinkAddress;
import lb.core.linux.PacketInterface;
import lb.core.linux.Rtnetlink;
import lb.core.wire.IpAddress;
import lb.director.config.VipAddress;
import lb.director.config.VrrpInstanceEntry;
import lb.vrrp.speaker.SpeakerSettings;
import lb.vrrp.speaker.Urgency;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The VIPs of all vrrp_instances as addresses of the kernel, and their announcements. Its thread
 * {@code lb-vrrp-vips} owns them; the methods queue and are for any thread.
 *
 * <p>The addresses are leased: the kernel removes them when they are no longer refreshed, which is
 * done only while the director is healthy. After a stall as long as the lease it waits a turn
 * before it takes lost addresses again, so that the speaker hears first who has taken over
 * meanwhile.
 */
final class InstanceVips implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(InstanceVips.class);
    private static final long REFRESH_MILLIS = 500;

    /**
     * How long the speaker waits for VIPs to be gone before it goes on: removing takes well under
     * one millisecond each.
     */
    private static final long RELEASE_MILLIS = 20;

    private static final long CLOSE_SECONDS = 5;

    /** What the host itself sends goes by the interface below, whose routes have lower ones. */
    private static final int VMAC_ROUTE_METRIC = 4096;

    /** Longer than a rehearsal takes on a busy machine. */
    private static final long PREPARE_SECONDS = 2;

    private final ScheduledThreadPoolExecutor executor;
    private final Rtnetlink rtnetlink;
    private final long leaseSeconds;
    private final BooleanSupplier healthy;
    private final VmacLinks virtualMacs;
    private final Set<String> held = ConcurrentHashMap.newKeySet();
    private final Map<String, Announcements> announcements = new ConcurrentHashMap<>();

    // Owned by the thread.
    private final Map<String, VrrpInstanceEntry> holding = new HashMap<>();
    private final Map<String, Long> extraNanos = new HashMap<>();
    private final AnnouncementSockets sockets = new AnnouncementSockets();
    private @Nullable Urgency urgency;
    private long refreshedNanos = System.nanoTime();

    /**
     * One that holds nothing.
     *
     * @param healthy whether leases may be refreshed; asked on its thread, must not block
     * @param virtualMacs the interfaces of use_vmac
     */
    InstanceVips(long leaseSeconds, BooleanSupplier healthy, VmacLinks virtualMacs) {
        this.virtualMacs = virtualMacs;
        this.leaseSeconds = leaseSeconds;
        this.healthy = healthy;
        rtnetlink = Rtnetlink.open();
        executor =
                new ScheduledThreadPoolExecutor(
                        1,
                        task -> Thread.ofPlatform().name("lb-vrrp-vips").daemon().unstarted(task));
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        var _ =
                executor.scheduleWithFixedDelay(
                        this::refresh, REFRESH_MILLIS, REFRESH_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The VIPs that stand on interfaces because of it, as text. */
    Set<String> held() {
        return Set.copyOf(held);
    }

    /** Adds the VIPs of an instance; those that it had before a reload and has no more, go. */
    void accept(VrrpInstanceEntry instance) {
        executor.execute(() -> {
            VrrpInstanceEntry before = holding.put(instance.name(), instance);
            if (before != null) {
                removeWhatNobodyHas(VrrpMapping.vips(before));
            }
            try {
                virtualMacs.up(instance);
            } catch (RuntimeException e) {
                LOG.error("({}) no virtual MAC address: {}", instance.name(), e.getMessage());
            }
            List<VipAddress> added = new ArrayList<>();
            VrrpMapping.vips(instance).forEach(vip -> add(vip, added));
            tellOf(added);
        });
    }

    /** After the announcements, which by now wait for the thread: nobody waits for the log. */
    private void tellOf(List<VipAddress> added) {
        executor.execute(() -> {
            for (VipAddress vip : added) {
                LOG.info(
                        "VIP {} added to {} for {} s at a time",
                        IpAddress.of(vip.address()),
                        vip.device(),
                        leaseSeconds);
            }
        });
    }

    private void removeWhatNobodyHas(List<VipAddress> vips) {
        Set<VipAddress> wanted = new HashSet<>();
        holding.values().forEach(instance -> wanted.addAll(VrrpMapping.vips(instance)));
        remove(vips.stream().filter(vip -> !wanted.contains(vip)).toList());
    }

    /** Removes the VIPs of an instance, whoever put them there; waits for it a moment. */
    void release(VrrpInstanceEntry instance) {
        Future<?> done =
                executor.submit(() -> {
                    holding.remove(instance.name());
                    remove(instance);
                });
        try {
            done.get(RELEASE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn(
                    "({}) taking the VIPs off takes longer than {} ms; going on meanwhile",
                    instance.name(),
                    RELEASE_MILLIS);
        } catch (ExecutionException e) {
            LOG.error("({}) the VIPs could not be removed", instance.name(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Makes ready for the first takeover: returns when the thread has rehearsed it, and then has
     * the speaker's priority, where that is allowed. Somebody else's load must not come between an
     * advert and the announcements that belong to it. Before the speaker starts.
     */
    void prepare(List<VrrpInstanceEntry> instances, SpeakerSettings settings) {
        executor.execute(() -> {
            TakeoverRehearsal.run(rtnetlink, sockets, leaseSeconds);
            instances.forEach(this::openSockets);
        });
        for (VrrpInstanceEntry instance : instances) {
            VrrpInstanceEntry ownsNothing = instance.withoutVips();
            accept(ownsNothing);
            announce(ownsNothing, 1);
        }
        Future<?> done =
                executor.submit(() -> {
                    holding.clear();
                    urgency = Urgency.take(settings, "VIPs are announced");
                });
        try {
            done.get(PREPARE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            LOG.debug("the rehearsal goes on");
        } catch (ExecutionException e) {
            LOG.warn("the first takeover could not be prepared", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void openSockets(VrrpInstanceEntry instance) {
        for (VipAddress vip : VrrpMapping.vips(instance)) {
            try {
                sockets.of(vip.device());
            } catch (KernelException | IllegalArgumentException e) {
                LOG.debug("({}) {} waits", instance.name(), vip.device(), e);
            }
        }
    }

    /** Between two addresses or announcements: the speaker may have something to do. */
    private void giveWay() {
        if (urgency != null) {
            urgency.giveWay();
        }
    }

    /** Announces the VIPs of an instance so many times, after those that are queued. */
    void announce(VrrpInstanceEntry instance, int rounds) {
        announcements(instance).queue(instance, rounds);
    }

    private Announcements announcements(VrrpInstanceEntry instance) {
        return announcements.computeIfAbsent(
                instance.name(), _ -> new Announcements(executor, sockets, this::giveWay));
    }

    /** Forgets what is queued for an instance; when it returns, no further one is begun. */
    void cancelAnnouncements(VrrpInstanceEntry instance) {
        Announcements queued = announcements.get(instance.name());
        if (queued != null) {
            queued.cancel();
        }
    }

    /** Whatever is the matter this time: an exception would end the refreshes for good. */
    private void refresh() {
        try {
            refreshAll();
        } catch (RuntimeException e) {
            LOG.warn("the VIPs could not all be refreshed, trying again", e);
        }
    }

    private void refreshAll() {
        long now = System.nanoTime();
        boolean late = now - refreshedNanos > TimeUnit.SECONDS.toNanos(leaseSeconds);
        if (healthy.getAsBoolean()) {
            refreshedNanos = now;
            if (late) {
                LOG.warn("the VIPs were not refreshed in time; waiting for other directors");
                return;
            }
            List<VipAddress> added = new ArrayList<>();
            for (VrrpInstanceEntry instance : holding.values()) {
                VrrpMapping.vips(instance).forEach(vip -> add(vip, added));
                announceOnOtherInterfaces(instance, now);
            }
            tellOf(added);
            extraNanos.keySet().retainAll(holding.keySet());
        }
    }

    /** {@code garp_extra_if}; beginning one interval after the takeover. */
    private void announceOnOtherInterfaces(VrrpInstanceEntry instance, long now) {
        long gap = instance.announcements().extraNanos();
        if (gap == 0) {
            return;
        }
        Long due = extraNanos.putIfAbsent(instance.name(), now + gap);
        if (due != null && now - due >= 0) {
            extraNanos.put(instance.name(), now + gap);
            announcements(instance).queueForOtherInterfaces(instance);
        }
    }

    /**
     * Adds a VIP, or refreshes its lease; what fails is logged, and ends no other one's lease.
     *
     * @param added where to note that it is new
     */
    private void add(VipAddress vip, List<VipAddress> added) {
        String text = IpAddress.of(vip.address()).toString();
        try {
            // Not by rtnetlink, which waits for whoever changes another interface.
            int link = PacketInterface.named(vip.device()).index();
            LinkAddress lease = VipLease.of(vip, link, leaseSeconds);
            if (virtualMacs.has(vip.device())) {
                rtnetlink.replaceAddress(lease, VMAC_ROUTE_METRIC);
            } else {
                rtnetlink.replaceAddress(lease);
            }
            if (held.add(text)) {
                added.add(vip);
            }
        } catch (RuntimeException e) {
            held.remove(text);
            LOG.warn("VIP {} could not be added: {}", text, e.getMessage());
        }
        giveWay();
    }

    /** Also what a director that was killed has left, be it lb or keepalived. */
    private void remove(VrrpInstanceEntry instance) {
        try {
            virtualMacs.down(instance);
        } catch (KernelException e) {
            LOG.warn("({}) the virtual MAC address stays: {}", instance.name(), e.getMessage());
        }
        remove(VrrpMapping.vips(instance));
    }

    private void remove(List<VipAddress> gone) {
        Map<InetAddress, VipAddress> vips = new HashMap<>();
        for (VipAddress vip : gone) {
            vips.put(vip.address(), vip);
            held.remove(IpAddress.of(vip.address()).toString());
        }
        if (vips.isEmpty()) {
            return;
        }
        try {
            Map<Integer, String> names = new HashMap<>();
            rtnetlink.links().forEach(link -> names.put(link.index(), link.name()));
            for (LinkAddress found : rtnetlink.addresses()) {
                VipAddress vip = vips.get(found.address());
                if (vip != null && vip.device().equals(names.get(found.linkIndex()))) {
                    rtnetlink.deleteAddress(found);
                    giveWay();
                    LOG.info("VIP {} removed from {}", found.prefix(), vip.device());
                }
            }
        } catch (KernelException e) {
            LOG.warn("VIPs could not be removed: {}", e.getMessage());
        }
    }

    /** Removes what is still held and ends the thread. */
    @Override
    public void close() {
        try {
            executor.execute(() -> {
                holding.values().forEach(this::remove);
                holding.clear();
            });
        } catch (RejectedExecutionException e) {
            return;
        }
        executor.shutdown();
        try {
            if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        sockets.close();
        rtnetlink.close();
    }
}
