package lb.core.director;

import static java.util.Objects.requireNonNull;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import lb.core.connection.Connection;
import lb.core.forward.DirectRouting;
import lb.core.linux.KernelShortcut;
import lb.core.service.ServiceTable;
import lb.core.service.VirtualService;
import lb.core.wire.Ethernet;
import org.jspecify.annotations.Nullable;

/**
 * Connections that one worker proposes for the shortcut: a bounded queue of places that are used
 * again and again, so that a frame neither allocates nor waits. Filled by that worker, emptied by
 * the thread of {@link Shortcuts}.
 */
final class ShortcutProposals {
    /** Bytes of the shortest frame that is worth it. */
    static final int LARGE_FRAME = KernelShortcut.LARGE_FRAME;

    private static final int CAPACITY = 256;
    private static final VarHandle FILLED = handle("filled");
    private static final VarHandle EMPTIED = handle("emptied");

    /** One place of the queue: a connection, and what its frame was decided by, while filled. */
    static final class Proposal {
        private @Nullable Connection connection;
        private @Nullable VirtualService service;
        private @Nullable ServiceTable services;
        private @Nullable DirectRouting routing;
        private int in;
        private long destinationMac;
        private long sourceMac;
        private int epoch;

        Connection connection() {
            return requireNonNull(connection);
        }

        VirtualService service() {
            return requireNonNull(service);
        }

        ServiceTable services() {
            return requireNonNull(services);
        }

        DirectRouting routing() {
            return requireNonNull(routing);
        }

        int in() {
            return in;
        }

        long destinationMac() {
            return destinationMac;
        }

        long sourceMac() {
            return sourceMac;
        }

        int epoch() {
            return epoch;
        }

        private void take(Connection proposed, VirtualService by, FrameContext context, int since) {
            connection = proposed;
            service = by;
            services = context.services;
            routing = context.settings.routing();
            in = context.interfaceIndex;
            destinationMac = Ethernet.destination(context.frame);
            sourceMac = Ethernet.source(context.frame);
            epoch = since;
        }

        private void forget() {
            connection = null;
            service = null;
            services = null;
            routing = null;
        }
    }

    /** Takes proposals, one after the other. */
    @FunctionalInterface
    interface Taker {
        /** Takes one, which is only valid during the call. */
        void take(Proposal proposal);
    }

    private final Proposal[] places = new Proposal[CAPACITY];
    private final AtomicInteger epoch;
    private final Thread taker;
    private long filled;
    private long emptied;
    private long woken;

    /**
     * An empty queue.
     *
     * @param epoch changes when what was proposed before no longer counts; never 0
     * @param taker the thread that empties it, and is woken for that
     */
    ShortcutProposals(AtomicInteger epoch, Thread taker) {
        this.epoch = epoch;
        this.taker = taker;
        for (int i = 0; i < CAPACITY; i++) {
            places[i] = new Proposal();
        }
    }

    private static VarHandle handle(String field) {
        try {
            return MethodHandles.lookup().findVarHandle(ShortcutProposals.class, field, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Proposes the connection of the frame at hand, unless it is or there is no room. */
    void offer(Connection connection, VirtualService service, FrameContext context) {
        if (filled - (long) EMPTIED.getAcquire(this) < CAPACITY && connection.propose()) {
            places[(int) filled & CAPACITY - 1].take(connection, service, context, epoch.get());
            FILLED.setRelease(this, filled + 1);
        }
    }

    /** Wakes the thread that empties it, if there is something new. */
    void wake() {
        if (woken != filled) {
            woken = filled;
            LockSupport.unpark(taker);
        }
    }

    /** Empties it. */
    void drainTo(Taker to) {
        long end = (long) FILLED.getAcquire(this);
        while (emptied < end) {
            Proposal proposal = places[(int) emptied & CAPACITY - 1];
            try {
                to.take(proposal);
            } finally {
                // Also of one that cannot be taken: it would come back for ever.
                proposal.forget();
                EMPTIED.setRelease(this, emptied + 1);
            }
        }
    }
}
