package lb.core.channel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import lb.core.linux.FanoutMode;
import lb.core.linux.FanoutProgram;
import lb.core.linux.KernelException;
import lb.core.linux.KernelShortcut;
import lb.core.linux.PacketInterface;
import lb.core.linux.PacketSocket;
import lb.core.linux.RingGeometry;
import lb.core.linux.RingVersion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rings that all workers of an interface share: a fanout group, whose program tells which
 * member gets a frame. Any thread; a call waits for the one before. What takes long is done by a
 * thread of its own, {@code lb-ring-change}.
 *
 * <p>The program counts members in the order of their opening, also after the link was down: first
 * the V2 rings of all workers, then the V3 rings that are open. A V3 ring has a timer that
 * interrupts a processor a thousand times a second (since Linux 6.18; before, as often as its clock
 * ticks), and memory; so it is there only while somebody uses it. Only the last member is taken
 * out, because the kernel would give its number to another.
 */
final class RingGroup {
    private static final Logger LOG = LoggerFactory.getLogger(RingGroup.class);

    /** What a worker has of the group. */
    private static final class Seat {
        final ReceiveRing v2;
        @Nullable ReceiveRing v3;
        boolean onV3;
        boolean inUse;
        boolean closed;
        long formerLosses;

        Seat(ReceiveRing v2) {
            this.v2 = v2;
        }
    }

    private final PacketInterface link;
    private final PacketChannelOptions options;
    private final List<Seat> seats = new ArrayList<>();

    /** Those with a V3 ring, in the order in which these joined the group. */
    private final List<Seat> withV3 = new ArrayList<>();

    private final ThreadPoolExecutor thread;
    private @Nullable KernelShortcut shortcut;
    private boolean refusalLogged;

    /** One V2 ring for each worker, in the network namespace of the calling thread. */
    RingGroup(PacketInterface link, int workers, PacketChannelOptions options) {
        this.link = link;
        this.options = options;
        thread =
                new ThreadPoolExecutor(
                        1,
                        1,
                        0,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        Thread.ofPlatform().daemon().name("lb-ring-change").factory());
        try {
            while (seats.size() < workers) {
                seats.add(new Seat(openV2()));
            }
            share(seats.getFirst());
            // Now: a thread inherits the network namespace of the one that starts it.
            thread.prestartCoreThread();
        } catch (RuntimeException e) {
            seats.forEach(seat -> seat.v2.close());
            thread.shutdown();
            throw e;
        }
    }

    private ReceiveRing openV2() {
        int group = seats.isEmpty() ? 0 : seats.getFirst().v2.socket().fanoutGroup();
        RingGeometry geometry = options.receiveGeometry();
        return new ReceiveRingV2(member(RingVersion.V2, geometry, group), geometry);
    }

    private ReceiveRing openV3(Seat seat) {
        RingGeometry geometry = PacketChannelOptions.v3().receiveGeometry();
        int group = seat.v2.socket().fanoutGroup();
        return new ReceiveRingV3(member(RingVersion.V3, geometry, group), geometry);
    }

    private PacketSocket member(RingVersion version, RingGeometry geometry, int group) {
        return PacketSocket.sharedReceiver(
                link,
                version,
                geometry,
                options.blockTimeoutMillis(),
                FanoutMode.PROGRAM,
                group,
                shortcut);
    }

    /** The V2 ring of a worker. */
    ReceiveRing v2(int worker) {
        return seats.get(worker).v2;
    }

    /**
     * Gives a worker its frames in a V3 ring, and waits until the last one stands in the former.
     * Returns at once.
     *
     * @param then told the ring, or null when all stays as it was; on the thread that has waited
     */
    void toV3(int worker, Consumer<@Nullable ReceiveRing> then) {
        thread.execute(() -> then.accept(attempt(this::takeV3, seats.get(worker))));
    }

    /** As {@link #toV3}, back to the V2 ring. */
    void toV2(int worker, Consumer<@Nullable ReceiveRing> then) {
        thread.execute(() -> then.accept(attempt(this::takeV2, seats.get(worker))));
    }

    /** Whatever happens, the worker has to hear of it: it waits. */
    private @Nullable ReceiveRing attempt(Function<Seat, @Nullable ReceiveRing> change, Seat seat) {
        try {
            return change.apply(seat);
        } catch (KernelException e) {
            refused(e);
        } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
            LOG.error("ring auto on {} failed to change over", link.name(), e);
        }
        return null;
    }

    /** Takes the V3 ring of a worker back, which has read it to its end. Returns at once. */
    void giveBackV3(int worker) {
        thread.execute(() -> giveBack(seats.get(worker)));
    }

    private synchronized @Nullable ReceiveRing takeV3(Seat seat) {
        if (isClosing()) {
            return null;
        }
        // A worker may hold a spare one still: that is not for this to close.
        boolean inUseBefore = seat.inUse;
        if (seat.v3 == null) {
            seat.v3 = openV3(seat);
            withV3.add(seat);
        }
        try {
            seat.inUse = true;
            steer(seat, true);
        } catch (RuntimeException e) {
            seat.inUse = inUseBefore;
            closeUnused();
            throw e;
        }
        return seat.v3;
    }

    /** When one member has left, the kernel has given its number to another. */
    private boolean isClosing() {
        return seats.stream().anyMatch(one -> one.closed);
    }

    private synchronized @Nullable ReceiveRing takeV2(Seat seat) {
        if (isClosing()) {
            return null;
        }
        steer(seat, false);
        return seat.v2;
    }

    /** No memory, or the link is down: all stays as it is, and is tried again. */
    private void refused(KernelException e) {
        if (!refusalLogged) {
            refusalLogged = true;
            LOG.warn("ring auto on {} stays with its layout for now: {}", link.name(), e.summary());
        }
    }

    private void steer(Seat seat, boolean toV3) {
        boolean before = seat.onV3;
        seat.onV3 = toV3;
        try {
            share(seat);
        } catch (RuntimeException e) {
            seat.onV3 = before;
            throw e;
        }
    }

    /** Hands the group its program, through the socket of one that is not closed. */
    private void share(Seat seat) {
        int[] members = new int[seats.size()];
        for (int worker = 0; worker < members.length; worker++) {
            Seat of = seats.get(worker);
            members[worker] = of.onV3 ? seats.size() + withV3.indexOf(of) : worker;
        }
        seat.v2.socket().share(FanoutProgram.of(members));
    }

    private synchronized void giveBack(Seat seat) {
        seat.inUse = seat.onV3;
        closeUnused();
    }

    private void closeUnused() {
        while (!withV3.isEmpty() && !withV3.getLast().inUse) {
            closeV3(withV3.removeLast());
        }
    }

    private static void closeV3(Seat seat) {
        ReceiveRing v3 = seat.v3;
        if (v3 != null) {
            v3.close();
            seat.formerLosses += v3.losses();
            seat.v3 = null;
        }
    }

    /** Frames of a worker that found their ring full. Waits for a change that is being made. */
    synchronized long losses(int worker) {
        Seat seat = seats.get(worker);
        ReceiveRing v3 = seat.v3;
        return seat.v2.losses() + seat.formerLosses + (v3 == null ? 0 : v3.losses());
    }

    /** Has all rings pass over what the kernel hands on, also those that are opened later. */
    synchronized void passOver(KernelShortcut kernel) {
        shortcut = kernel;
        for (Seat seat : seats) {
            seat.v2.socket().passOver(kernel);
            if (seat.v3 != null) {
                seat.v3.socket().passOver(kernel);
            }
        }
    }

    /** Closes the rings of a worker, which reads no more. */
    synchronized void close(int worker) {
        Seat seat = seats.get(worker);
        seat.closed = true;
        seat.onV3 = false;
        seat.v2.close();
        closeV3(seat);
        withV3.remove(seat);
        if (seats.stream().allMatch(one -> one.closed)) {
            thread.shutdown();
        }
    }
}
