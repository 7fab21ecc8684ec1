package lb.core.channel;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import lb.core.linux.KernelShortcut;
import lb.core.linux.PacketInterface;
import lb.core.linux.PacketSocket;
import org.jspecify.annotations.Nullable;

/**
 * A V2 ring, beside which there is a V3 ring while that serves better, in one fanout group, whose
 * program gives the frames to one of them; it changes over by a {@link ChangeRule}. Used by one
 * event loop.
 *
 * <p>A change loses no frame and keeps their order: the kernel is given the other program, and
 * returns when the last frame that went by the former one stands in its ring. That takes
 * milliseconds, so the group's own thread waits for it while this one goes on reading. Then the
 * former ring is read to its end, and only then the first frame of the other.
 */
final class AdaptiveRing implements ReceiveRing {
    /** How far a change is. */
    private enum Change {
        NONE,
        ASKED_FOR,
        MADE
    }

    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

    private final ReceiveRing v2;
    private final RingGroup group;
    private final int worker;
    private final ChangeRule rule;
    private final AtomicLong changes = new AtomicLong();
    private @Nullable ReceiveRing v3;
    private @Nullable Reader reader;
    private Change change = Change.NONE;
    private ReceiveRing current;
    private boolean onV3;
    private ReceiveRing filled;
    private boolean closed;

    private final WorkerLoad load = new WorkerLoad();
    private long formerTruncated;
    private boolean saturated;
    private long saturatedSinceNanos;
    private long framesBefore;
    private boolean closeTogether;
    private long calmNanos;
    private long returnedNanos;
    private long stayedNanos;
    private long notBeforeNanos;

    private AdaptiveRing(RingGroup group, int worker, ChangeRule rule) {
        this.group = group;
        this.worker = worker;
        this.rule = rule;
        v2 = group.v2(worker);
        current = v2;
        filled = v2;
        calmNanos = rule.calmNanos();
        // As if it had been there for a day.
        long now = System.nanoTime();
        returnedNanos = now - TimeUnit.DAYS.toNanos(1);
        notBeforeNanos = returnedNanos;
        load.begin(now);
    }

    /** One for each worker, in the network namespace of the calling thread. */
    static List<AdaptiveRing> open(
            PacketInterface link, int workers, PacketChannelOptions options) {
        ChangeRule rule = options.changeRule();
        if (rule == null) {
            throw new IllegalArgumentException("the options name no rule of change");
        }
        RingGroup group = new RingGroup(link, workers, options);
        List<AdaptiveRing> opened = new ArrayList<>();
        for (int worker = 0; worker < workers; worker++) {
            opened.add(new AdaptiveRing(group, worker, rule));
        }
        return List.copyOf(opened);
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
        ReceiveRing other = other();
        return other != null && other.isReady();
    }

    private @Nullable ReceiveRing other() {
        return onV3 ? v2 : v3;
    }

    private boolean hasChanged() {
        if (change == Change.MADE && current.isDrained()) {
            arrive();
        }
        return current.isReady();
    }

    private void arrive() {
        onV3 = !onV3;
        current = onV3 ? requireNonNull(v3) : v2;
        change = Change.NONE;
        changes.lazySet(changes.getPlain() + 1);
        if (onV3) {
            calmNanos = rule.nextCalmNanos(calmNanos, stayedNanos);
        }
        stay();
        if (!onV3) {
            returnedNanos = System.nanoTime();
            later(this::giveBack, rule.spareNanos());
        }
    }

    private void stay() {
        saturated = false;
        load.begin(System.nanoTime());
        if (onV3) {
            later(this::judge, calmNanos);
        }
    }

    @Override
    public void fill(FrameBatch batch) {
        if ((onV3 || closeTogether) && !load.isInRound()) {
            load.enter();
        }
        ReceiveRing other = other();
        filled = current.isReady() || change != Change.NONE || other == null ? current : other;
        filled.fill(batch);
        load.count(batch.size());
    }

    @Override
    public void release() {
        filled.release();
    }

    @Override
    public void onStart(Reader by) {
        reader = by;
    }

    /**
     * Looks at the clock only in rounds that did not empty the V2 ring, in those of it that follow
     * one with many frames, and in those of the V3 ring, of which there are few.
     */
    @Override
    public void afterRound(boolean emptied, long idleNanos) {
        saturated &= !emptied;
        boolean watched = load.isInRound();
        if (watched || !emptied) {
            long now = System.nanoTime();
            if (watched) {
                load.leave(now, idleNanos);
            }
            if (!onV3 && change == Change.NONE) {
                judgeV2(now, emptied);
            }
        }
        closeTogether = load.frames() - framesBefore >= PacketReader.LINGER_FROM;
        framesBefore = load.frames();
    }

    private void judgeV2(long now, boolean emptied) {
        boolean behind = !emptied && isBehind(now);
        boolean busy = isBusy(now);
        if ((behind || busy) && now - notBeforeNanos >= 0) {
            stayedNanos = now - returnedNanos;
            change = Change.ASKED_FOR;
            group.toV3(worker, this::answer);
        }
    }

    private boolean isBehind(long now) {
        if (!saturated) {
            saturated = true;
            saturatedSinceNanos = now;
        }
        return now - saturatedSinceNanos >= rule.saturatedNanos();
    }

    private boolean isBusy(long now) {
        if (load.nanos(now) < rule.busyNanos()) {
            return false;
        }
        boolean busy = rule.isBusy(load.busyShare(now), load.rate(now));
        load.begin(now);
        return busy;
    }

    private void judge() {
        long now = System.nanoTime();
        if (rule.isCalm(load.busyShare(now), load.rate(now))) {
            change = Change.ASKED_FOR;
            group.toV2(worker, this::answer);
        } else {
            stay();
        }
    }

    private void later(Runnable task, long nanos) {
        Reader by = reader;
        if (by != null) {
            var _ = by.eventLoop().schedule(() -> unlessClosed(task), nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void unlessClosed(Runnable task) {
        if (!closed) {
            task.run();
        }
    }

    /** On the group's thread, which has waited. */
    private void answer(@Nullable ReceiveRing ring) {
        Reader by = reader;
        if (by == null) {
            return;
        }
        try {
            by.eventLoop().execute(() -> unlessClosed(() -> onAnswer(ring, by)));
        } catch (RejectedExecutionException e) {
            // The event loop has ended, and with it this ring: the group has closed all it had.
            return;
        }
    }

    private void onAnswer(@Nullable ReceiveRing ring, Reader by) {
        if (ring == null) {
            onRefusal();
            return;
        }
        change = Change.MADE;
        if (!onV3 && v3 == null) {
            v3 = ring;
            // It may have been in use before, and then counts on.
            formerTruncated -= ring.truncated();
            by.add(ring.socket());
        }
        // Nobody else may wake this one when the former ring is empty already.
        by.read();
    }

    /** All stays as it is, for some time on V2. */
    private void onRefusal() {
        change = Change.NONE;
        stay();
        if (!onV3) {
            notBeforeNanos = System.nanoTime() + rule.spareNanos();
            later(this::giveBack, rule.spareNanos());
        }
    }

    /** Lets the V3 ring go, unless it is in use again. */
    private void giveBack() {
        ReceiveRing spare = v3;
        Reader by = reader;
        if (spare == null || by == null || onV3 || change != Change.NONE) {
            return;
        }
        long rest = rule.spareNanos() - (System.nanoTime() - returnedNanos);
        if (rest > 0 || !spare.isDrained()) {
            later(this::giveBack, Math.max(rest, MILLISECOND));
            return;
        }
        by.remove(spare.socket());
        formerTruncated += spare.truncated();
        v3 = null;
        group.giveBackV3(worker);
    }

    @Override
    public boolean isDrained() {
        ReceiveRing other = other();
        return change == Change.NONE && current.isDrained() && (other == null || other.isDrained());
    }

    @Override
    public PacketSocket socket() {
        return v2.socket();
    }

    @Override
    public void passOver(KernelShortcut shortcut) {
        group.passOver(shortcut);
    }

    /** It begins as V2. */
    @Override
    public String layout() {
        return changes.get() % 2 == 0 ? "v2" : "v3";
    }

    @Override
    public long changes() {
        return changes.get();
    }

    @Override
    public long truncated() {
        ReceiveRing open = v3;
        return v2.truncated() + formerTruncated + (open == null ? 0 : open.truncated());
    }

    @Override
    public long losses() {
        return group.losses(worker);
    }

    @Override
    public void close() {
        closed = true;
        group.close(worker);
    }
}
