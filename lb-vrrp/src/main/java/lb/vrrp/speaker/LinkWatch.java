package lb.vrrp.speaker;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import lb.core.linux.KernelException;
import lb.core.linux.Link;
import lb.core.linux.LinkAddress;
import lb.core.linux.NetlinkEvent;
import lb.core.linux.Rtnetlink;
import lb.core.linux.RtnetlinkMonitor;
import lb.core.wire.IpAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread {@code lb-vrrp-links}: watches the interfaces of all virtual routers, apart from the
 * speaker's thread, which so hears only of what has really changed.
 */
final class LinkWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LinkWatch.class);
    private static final long POLL_MILLIS = 500;

    private final Rtnetlink rtnetlink = Rtnetlink.open();
    private final RtnetlinkMonitor monitor = RtnetlinkMonitor.open();
    private final Consumer<Map<String, LinkSight>> onChange;
    private final Thread thread;
    private volatile Set<String> names;
    private volatile Set<IpAddress> vips;
    private Map<String, LinkSight> last;
    private Set<String> lookedAt = Set.of();
    private volatile long[] hostMacs = {};
    private volatile boolean replaced;
    private volatile boolean closed;

    /**
     * Looks once, then watches.
     *
     * @param vips which are nobody's own address
     * @param onChange hears how things stand after a change, on this watch's thread or the one that
     *     calls {@link #replace}, never on two at once
     */
    LinkWatch(Set<String> names, Set<IpAddress> vips, Consumer<Map<String, LinkSight>> onChange) {
        this.names = Set.copyOf(names);
        this.vips = Set.copyOf(vips);
        this.onChange = onChange;
        last = look();
        thread = Thread.ofPlatform().name("lb-vrrp-links").daemon().unstarted(this::watch);
    }

    /** What was looked at last, be it there or not. While it tells, or before {@link #start}. */
    Map<String, Boolean> up() {
        Map<String, Boolean> up = new HashMap<>();
        for (String name : lookedAt) {
            LinkSight sight = last.get(name);
            up.put(name, sight != null && sight.up());
        }
        return up;
    }

    /** How things stood at the beginning; missing interfaces are missing. Before {@link #start}. */
    Map<String, LinkSight> first() {
        return last;
    }

    /**
     * The Ethernet addresses of all interfaces of this host, not to be changed. Any thread; apart
     * from the sights, so that a container that comes or goes is no change to virtual routers.
     */
    long[] hostMacs() {
        return hostMacs;
    }

    void start() {
        thread.start();
    }

    /**
     * Looks at these now, so that what begins on a new interface need not wait for it, and watches
     * them from now on. What is watched no more, and what is no VIP any more, is let go at the next
     * look, at most half a second away: until then somebody may be leaving. Any thread but its own.
     */
    synchronized void replace(Set<String> names, Set<IpAddress> vips) {
        this.names = union(this.names, names);
        this.vips = union(this.vips, vips);
        try {
            tellOfChanges();
        } catch (KernelException e) {
            LOG.warn("cannot look at the interfaces, trying again: {}", e.getMessage());
        }
        this.names = Set.copyOf(names);
        this.vips = Set.copyOf(vips);
        replaced = true;
    }

    private static <T> Set<T> union(Set<T> one, Set<T> other) {
        Set<T> both = new HashSet<>(one);
        both.addAll(other);
        return Set.copyOf(both);
    }

    private Map<String, LinkSight> look() {
        Map<String, LinkSight> sights = new HashMap<>();
        List<LinkAddress> addresses = rtnetlink.addresses();
        List<Link> links = rtnetlink.links();
        Set<Long> macs = LinkSight.macs(links);
        hostMacs = macs.stream().mapToLong(Long::longValue).toArray();
        lookedAt = names;
        for (Link link : links) {
            if (lookedAt.contains(link.name())) {
                sights.put(link.name(), LinkSight.of(link, macs, addresses, vips));
            }
        }
        return sights;
    }

    private void watch() {
        while (!closed) {
            try {
                List<NetlinkEvent> news = monitor.poll(POLL_MILLIS);
                if (replaced || !news.stream().allMatch(this::isIrrelevant)) {
                    replaced = false;
                    tellOfChanges();
                }
            } catch (KernelException e) {
                LOG.warn("cannot watch the interfaces, trying again: {}", e.getMessage());
                pause();
            }
        }
        monitor.close();
        rtnetlink.close();
    }

    /**
     * VIPs come and go by the hundred and are refreshed all the time; to look at everything for
     * each of them would keep a processor busy just when a takeover needs it.
     */
    private boolean isIrrelevant(NetlinkEvent event) {
        return switch (event) {
            case NetlinkEvent.NeighbourChanged _ -> true;
            case NetlinkEvent.AddressChanged(LinkAddress changed, boolean _) ->
                    vips.contains(IpAddress.of(changed.address()));
            case NetlinkEvent.LinkChanged _, NetlinkEvent.Overrun _ -> false;
        };
    }

    private synchronized void tellOfChanges() {
        Set<String> before = lookedAt;
        Map<String, LinkSight> now = look();
        if (!now.equals(last) || !lookedAt.equals(before)) {
            last = now;
            onChange.accept(now);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the watch within half a second; does not wait for it. */
    @Override
    public void close() {
        closed = true;
    }
}
