package lb.core.director;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import lb.core.channel.PacketChannel;
import lb.core.fragment.HeldCounters;
import org.jspecify.annotations.Nullable;

/**
 * One event loop with its director and its channels, one for each interface. The event loop's
 * thread owns the director; the methods here may be called by one other thread, the one that sets
 * the director up.
 */
public final class Worker {
    private static final long ANSWER_SECONDS = 3;
    private static final long BEAT_MILLIS = 100;

    private final EventLoop eventLoop;
    private final Director director;
    private final Map<Integer, PacketChannel> channels = new ConcurrentHashMap<>();
    private final Map<Integer, VirtualMacs> virtualMacs = new ConcurrentHashMap<>();
    private @Nullable ScheduledFuture<?> beating;
    private volatile long beatNanos = System.nanoTime();

    /** A worker without channels. */
    public Worker(EventLoop eventLoop, Director director) {
        this.eventLoop = eventLoop;
        this.director = director;
    }

    /** Begins to beat, for somebody who watches {@link #beatNanos}; again does nothing. */
    public void beat() {
        if (beating == null) {
            beatNanos = System.nanoTime();
            beating =
                    eventLoop.scheduleWithFixedDelay(
                            () -> beatNanos = System.nanoTime(),
                            BEAT_MILLIS,
                            BEAT_MILLIS,
                            TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Its heartbeat: when its event loop last came round, on the clock of {@link System#nanoTime};
     * ten times a second while it does, once told to {@link #beat}. Any thread.
     */
    public long beatNanos() {
        return beatNanos;
    }

    /** Takes a channel: its frames go to the director, and it is the way out of its interface. */
    public void attach(PacketChannel channel) {
        channels.put(channel.link().index(), channel);
        VirtualMacs own = new VirtualMacs();
        virtualMacs.put(channel.link().index(), own);
        channel.pipeline()
                .addLast(
                        new FrameHandler(
                                director,
                                new Ingress(
                                        channel.link().mac(),
                                        channel.sink(),
                                        channel.link().index(),
                                        own),
                                System::nanoTime));
        proxy().run(
                        () -> {
                            director.waysOut().put(channel.link().index(), channel.sink());
                            director.onOwnMac(channel.link().mac());
                        })
                .join();
        eventLoop.register(channel).syncUninterruptibly();
    }

    /**
     * Takes, on one interface, frames to exactly these virtual routers' MAC addresses besides its
     * own; done when this returns.
     */
    public void useVirtualMacs(int interfaceIndex, List<Long> macs) {
        VirtualMacs own = virtualMacs.get(interfaceIndex);
        if (own != null) {
            await(proxy().run(() -> own.replace(macs)));
        }
    }

    /** Has its director propose connections for the shortcut; done when this returns. */
    void proposeTo(ShortcutProposals proposals) {
        await(proxy().run(() -> director.proposeTo(proposals)));
    }

    /** Queues "count what the kernel has handed on by itself". Any thread. */
    CompletableFuture<Void> countHandedOn(List<ShortcutTraffic> traffic) {
        return proxy().run(() -> {
            // In this order, so that none has a verdict that was not received.
            traffic.forEach(one -> {
                PacketChannel in = channels.get(one.in());
                if (in != null) {
                    in.countHandedOnIn(one.packets());
                }
            });
            director.onHandedOn(traffic, System.nanoTime());
            traffic.forEach(one -> {
                PacketChannel out = channels.get(one.out());
                if (out != null) {
                    out.countHandedOnOut(one.packets());
                }
            });
        });
    }

    /** Whether it has a channel on this interface. */
    public boolean hasChannel(int interfaceIndex) {
        return channels.containsKey(interfaceIndex);
    }

    /** Its channels; for their counters. */
    public List<PacketChannel> channels() {
        return new ArrayList<>(channels.values());
    }

    /** Its director's verdict counters. */
    public VerdictCounters verdicts() {
        return director.verdicts();
    }

    /** What became of the fragments that waited at its director. */
    public HeldCounters heldFragments() {
        return director.heldFragments();
    }

    /** The way for other threads to tell its director something. */
    public DirectorProxy proxy() {
        return new DirectorProxy(eventLoop, director);
    }

    /**
     * Closes its channels, after what is queued has left; a worker that does not answer is left
     * behind.
     *
     * @throws java.util.concurrent.CompletionException when it did not answer in time
     */
    public void close() {
        if (beating != null) {
            beating.cancel(false);
        }
        await(proxy().run(() -> director.waysOut().flush()));
        CompletableFuture<?>[] closing =
                channels.values().stream()
                        .map(channel -> {
                            CompletableFuture<Void> closed = new CompletableFuture<>();
                            channel.close().addListener(_ -> closed.complete(null));
                            return closed;
                        })
                        .toArray(CompletableFuture<?>[]::new);
        await(CompletableFuture.allOf(closing));
        channels.clear();
    }

    private static void await(CompletableFuture<Void> answer) {
        answer.orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS).join();
    }
}
