package lb.core.channel;

import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import lb.core.linux.FanoutMode;
import lb.core.linux.KernelException;
import lb.core.linux.PacketInterface;
import lb.core.linux.PacketSocket;
import lb.core.linux.RingGeometry;
import lb.core.linux.RingVersion;
import org.jspecify.annotations.Nullable;

/**
 * A V2 ring and a V3 ring in one fanout group, whose program gives the frames to one of them; it
 * changes over by a {@link ChangeRule}. Used by one event loop.
 *
 * <p>A change loses no frame and keeps their order: the kernel is given the other program, and
 * returns when the last frame that went by the former one stands in its ring. That takes
 * milliseconds, so a thread of its own waits for it while this one goes on reading. Then the former
 * ring is read to its end, and only then the first frame of the other.
 */
final class AdaptiveRing implements ReceiveRing {
    /** How far a change is. */
    private enum Change {
        NONE,
        ASKED_FOR,
        REFUSED,
        MADE
    }

    private final ReceiveRing v2;
    private final ReceiveRing v3;
    private final RingGroup group;
    private final int worker;
    private final ChangeRule rule;
    private final AtomicLong changes = new AtomicLong();
    private volatile Change change = Change.NONE;
    private ReceiveRing current;
    private ReceiveRing other;
    private ReceiveRing filled;
    private boolean onV3;
    private @Nullable EventExecutor eventLoop;
    private boolean closed;

    private long frames;
    private boolean saturated;
    private long sinceNanos;
    private long sinceFrames;
    private double tooMuchForV2;

    private AdaptiveRing(
            ReceiveRing v2, ReceiveRing v3, RingGroup group, int worker, ChangeRule rule) {
        this.v2 = v2;
        this.v3 = v3;
        this.group = group;
        this.worker = worker;
        this.rule = rule;
        current = v2;
        other = v3;
        filled = v2;
    }

    /** One for each worker, in the network namespace of the calling thread. */
    static List<AdaptiveRing> open(
            PacketInterface link, int workers, PacketChannelOptions options) {
        ChangeRule rule = options.changeRule();
        if (rule == null) {
            throw new IllegalArgumentException("the options name no rule of change");
        }
        RingGroup group = new RingGroup(workers);
        List<ReceiveRing> rings = new ArrayList<>();
        try {
            // The program counts members in the order of their opening, also after the link was
            // down.
            while (rings.size() < 2 * workers) {
                rings.add(member(link, rings, options));
            }
            group.begin(rings.getFirst().socket());
        } catch (RuntimeException e) {
            rings.forEach(ReceiveRing::close);
            throw e;
        }
        List<AdaptiveRing> opened = new ArrayList<>();
        for (int worker = 0; worker < workers; worker++) {
            opened.add(
                    new AdaptiveRing(
                            rings.get(2 * worker), rings.get(2 * worker + 1), group, worker, rule));
        }
        return List.copyOf(opened);
    }

    private static ReceiveRing member(
            PacketInterface link, List<ReceiveRing> before, PacketChannelOptions options) {
        int number = before.isEmpty() ? 0 : before.getFirst().socket().fanoutGroup();
        boolean v2 = before.size() % 2 == 0;
        RingGeometry geometry =
                v2 ? options.receiveGeometry() : PacketChannelOptions.v3().receiveGeometry();
        PacketSocket socket =
                PacketSocket.sharedReceiver(
                        link,
                        v2 ? RingVersion.V2 : RingVersion.V3,
                        geometry,
                        options.blockTimeoutMillis(),
                        FanoutMode.PROGRAM,
                        number);
        return v2 ? new ReceiveRingV2(socket, geometry) : new ReceiveRingV3(socket, geometry);
    }

    @Override
    public boolean isReady() {
        return current.isReady() || (change == Change.NONE ? isStray() : hasChanged());
    }

    /**
     * The other ring gets a frame only while the members of the group leave and join again, when
     * the link goes down and comes up, and when a packet is cut off within its headers.
     */
    private boolean isStray() {
        return other.isReady();
    }

    private boolean hasChanged() {
        if (change == Change.REFUSED) {
            change = Change.NONE;
            stay();
        } else if (change == Change.MADE && current.isDrained()) {
            arrive();
        }
        return current.isReady();
    }

    private void arrive() {
        ReceiveRing left = current;
        current = other;
        other = left;
        onV3 = !onV3;
        change = Change.NONE;
        changes.lazySet(changes.getPlain() + 1);
        stay();
    }

    private void stay() {
        saturated = false;
        if (onV3) {
            judgeLater();
        }
    }

    @Override
    public void fill(FrameBatch batch) {
        filled = current.isReady() || change != Change.NONE ? current : other;
        filled.fill(batch);
        frames += batch.size();
    }

    @Override
    public void release() {
        filled.release();
    }

    @Override
    public void onStart(EventExecutor loop) {
        eventLoop = loop;
    }

    /** Looks at the clock only in rounds that did not empty the ring. */
    @Override
    public void afterRound(boolean emptied) {
        if (emptied || onV3 || change != Change.NONE) {
            saturated = false;
            return;
        }
        long now = System.nanoTime();
        if (!saturated) {
            saturated = true;
            begin(now);
        }
        if (now - sinceNanos >= rule.saturatedNanos()) {
            tooMuchForV2 = rate(now);
            change(true);
        }
    }

    private void judgeLater() {
        begin(System.nanoTime());
        if (eventLoop != null) {
            var _ = eventLoop.schedule(this::judge, rule.calmNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void judge() {
        if (closed) {
            return;
        }
        double rate = rate(System.nanoTime());
        if (rate < rule.calmShare() * tooMuchForV2 && rate < rule.calmMost()) {
            change(false);
        } else {
            judgeLater();
        }
    }

    private void begin(long now) {
        sinceNanos = now;
        sinceFrames = frames;
    }

    private double rate(long now) {
        return (frames - sinceFrames) * 1e9 / Math.max(1, now - sinceNanos);
    }

    private void change(boolean toV3) {
        change = Change.ASKED_FOR;
        Thread.ofPlatform().daemon().name("lb-ring-change").start(() -> steer(toV3));
    }

    private void steer(boolean toV3) {
        try {
            group.steer(v2.socket(), worker, toV3);
            change = Change.MADE;
        } catch (KernelException e) {
            // No memory for a program of some instructions: all stays as it is, and is tried again.
            change = Change.REFUSED;
        }
    }

    @Override
    public boolean isDrained() {
        return change == Change.NONE && v2.isDrained() && v3.isDrained();
    }

    @Override
    public List<PacketSocket> sockets() {
        return List.of(v2.socket(), v3.socket());
    }

    @Override
    public PacketSocket socket() {
        return v2.socket();
    }

    @Override
    public long changes() {
        return changes.get();
    }

    @Override
    public long truncated() {
        return v2.truncated() + v3.truncated();
    }

    @Override
    public void close() {
        closed = true;
        v2.close();
        v3.close();
    }
}
