package lb.core.director;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import lb.core.connection.Connection;
import lb.core.director.ShortcutProposals.Proposal;
import lb.core.forward.DirectRouting;
import lb.core.linux.KernelException;
import lb.core.linux.KernelShortcut;
import lb.core.linux.ShortcutFlow;
import lb.core.service.NextHop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bulk connections whose frames the kernel hands on by itself, as the workers would. Owned by
 * one thread, which makes its {@link #turn}s; {@link #interrupt}, {@link #suspend} and {@link
 * #resume} may be called by any.
 *
 * <p>A worker has decided each of them, and proposed it. Whatever changes what a worker decides
 * interrupts them all: from the next frame on the workers see everything again, what was proposed
 * before no longer counts, and the flows come back with their next large frames. A connection that
 * changes its state, or ends, stops its own.
 *
 * <p>The kernel hands on only during a lease, which is prolonged while the workers live: a director
 * that stalls stops handing on by itself, and with one that dies its sockets go, without which
 * nothing is handed on.
 */
public final class Shortcuts {
    /** How often it is to make a turn, unless it {@link #isIdle}. */
    public static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private static final Logger LOG = LoggerFactory.getLogger(Shortcuts.class);
    private static final long LEASE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long BEAT_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long RELEASE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final KernelShortcut kernel;
    private final List<Worker> workers;
    private final LongSupplier beatNanos;
    private final List<ShortcutProposals> proposals = new ArrayList<>();
    private final List<List<RunningShortcut>> running = new ArrayList<>();
    private final List<List<RunningShortcut>> removed = new ArrayList<>();
    private final List<Connection> refused = new ArrayList<>();
    private final AtomicInteger epoch = new AtomicInteger(1);
    private final AtomicInteger suspensions = new AtomicInteger();
    private int clearedEpoch = 1;
    private long turnedNanos;
    private long countedNanos;
    private boolean faultLogged;

    /**
     * None yet.
     *
     * @param kernel which the receiving sockets and the steering filters have
     * @param beatNanos the heartbeat of the worker that is furthest behind, see {@link
     *     Worker#beatNanos}
     */
    public Shortcuts(KernelShortcut kernel, List<Worker> workers, LongSupplier beatNanos) {
        this.kernel = kernel;
        this.workers = List.copyOf(workers);
        this.beatNanos = beatNanos;
        workers.forEach(_ -> {
            running.add(new ArrayList<>());
            removed.add(new ArrayList<>());
        });
    }

    /** Has the workers propose connections; {@code turns} is the thread that makes the turns. */
    public void begin(Thread turns) {
        for (Worker worker : workers) {
            ShortcutProposals queue = new ShortcutProposals(epoch, turns);
            proposals.add(queue);
            worker.proposeTo(queue);
        }
    }

    /** From the next frame on the workers see all of them, for now. Does not wait. Any thread. */
    public void interrupt() {
        kernel.interrupt(epoch.incrementAndGet());
    }

    /** As {@link #interrupt}, until {@link #resume} was called as often. Any thread. */
    public void suspend() {
        suspensions.incrementAndGet();
        interrupt();
    }

    /** Lets them begin anew. Any thread. */
    public void resume() {
        interrupt();
        suspensions.decrementAndGet();
    }

    /** Whether there is nothing to do before the next proposal. */
    public boolean isIdle() {
        return refused.isEmpty()
                && running.stream().allMatch(List::isEmpty)
                && removed.stream().allMatch(List::isEmpty);
    }

    /** Takes up what was proposed, counts, and prolongs the lease. */
    public void turn(long now) {
        if (!isIdle() && now - turnedNanos > LEASE_NANOS) {
            // Held up for so long, and who knows what has changed: let the workers look first.
            interrupt();
        }
        turnedNanos = now;
        // Before anything is looked at: whoever interrupts from here on keeps the lease from being
        // prolonged.
        long lease = kernel.lease();
        int current = epoch.get();
        if (current != clearedEpoch) {
            removeIf(_ -> true, now);
            clearedEpoch = current;
        }
        for (int worker = 0; worker < proposals.size(); worker++) {
            int of = worker;
            proposals.get(worker).drainTo(proposal -> take(proposal, of, now));
        }
        if (now - countedNanos >= TURN_NANOS) {
            countedNanos = now;
            count(now);
        }
        if (isIdle()) {
            kernel.prolong(lease, 0);
        } else if (suspensions.get() == 0 && now - beatNanos.getAsLong() < BEAT_NANOS) {
            kernel.prolong(lease, now + LEASE_NANOS);
        }
    }

    private void take(Proposal proposal, int worker, long now) {
        Connection connection = proposal.connection();
        boolean taken = false;
        try {
            taken = isRight(proposal, connection) && begin(proposal, connection, worker, now);
        } finally {
            if (!taken) {
                refused.add(connection);
            }
        }
    }

    /** Whether nothing has changed since its worker decided. */
    private boolean isRight(Proposal proposal, Connection connection) {
        return suspensions.get() == 0
                && proposal.epoch() == epoch.get()
                && proposal.services()
                        .isOpen(
                                proposal.service(),
                                connection.serviceHigh(),
                                connection.serviceLow())
                && RunningShortcut.isRight(connection);
    }

    /** Whether the kernel hands its frames on from now on. */
    private boolean begin(Proposal proposal, Connection connection, int worker, long now) {
        NextHop next = connection.server().nextHop();
        if (next == null || next.isLocal() || next.mac() == proposal.sourceMac()) {
            return false;
        }
        ShortcutFlow flow = flow(proposal, connection, next);
        int number = numberOf(flow);
        if (number != 0) {
            add(
                    worker,
                    new RunningShortcut(
                            kernel, number, flow, connection, proposal.service(), next, now));
        }
        return number != 0;
    }

    private static ShortcutFlow flow(Proposal proposal, Connection connection, NextHop next) {
        DirectRouting routing = proposal.routing();
        return new ShortcutFlow(
                connection.clientHigh(),
                connection.clientLow(),
                connection.serviceHigh(),
                connection.serviceLow(),
                connection.clientPort(),
                connection.servicePort(),
                proposal.in(),
                proposal.destinationMac(),
                proposal.sourceMac(),
                next.interfaceIndex(),
                next.mac(),
                routing.preserveSource() ? proposal.sourceMac() : next.sourceMac(),
                next.mtu(),
                routing.keepTimeToLive());
    }

    private void add(int worker, RunningShortcut added) {
        running.get(worker).add(added);
        // It may have changed its state before it knew whom to stop.
        if (!added.connection().takeShortcut(added)) {
            added.stop();
        }
    }

    private int numberOf(ShortcutFlow flow) {
        try {
            return kernel.add(flow);
        } catch (KernelException e) {
            if (!faultLogged) {
                faultLogged = true;
                LOG.warn("a connection cannot have a shortcut: {}", e.getMessage());
            }
            return 0;
        }
    }

    private void count(long now) {
        for (int worker = 0; worker < workers.size(); worker++) {
            List<ShortcutTraffic> traffic = new ArrayList<>();
            List<RunningShortcut> ended = removed.get(worker);
            ended.forEach(one -> one.count(traffic, now));
            release(ended, now);
            running.get(worker).forEach(one -> one.count(traffic, now));
            if (!traffic.isEmpty()) {
                var _ = workers.get(worker).countHandedOn(traffic);
            }
        }
        removeIf(one -> !one.isRight() || one.isIdle(IDLE_NANOS, now), now);
        if (kernel.hasRoom()) {
            refused.forEach(Connection::forgetProposal);
            refused.clear();
        }
        refused.removeIf(Connection::isDead);
    }

    private void removeIf(Predicate<RunningShortcut> which, long now) {
        for (int worker = 0; worker < running.size(); worker++) {
            List<RunningShortcut> all = running.get(worker);
            // From the end, where it costs nothing to take all of them out.
            for (int i = all.size() - 1; i >= 0; i--) {
                if (which.test(all.get(i))) {
                    RunningShortcut ended = all.remove(i);
                    // Even if the kernel objects it is in one list alone.
                    removed.get(worker).add(ended);
                    ended.remove(now);
                }
            }
        }
    }

    private static void release(List<RunningShortcut> ended, long now) {
        for (int i = ended.size() - 1; i >= 0; i--) {
            if (ended.get(i).isOver(RELEASE_NANOS, now)) {
                ended.remove(i).release();
            }
        }
    }
}
