package lb.core.connection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import lb.core.service.RealServer;
import lb.core.wire.IpProtocol;
import lb.core.wire.Packet;
import org.jspecify.annotations.Nullable;

/**
 * One remembered connection, or one persistence template: its flow, its real server, its state.
 *
 * <p>The worker that made it owns it; another worker that meets the flow may forward by it, which
 * is why the change of state is a compare-and-set. Whatever thread evicts it marks it dead, once,
 * by the same word.
 */
public final class Connection extends FlowKey {

    private static final long TEMPLATE_EXTENSION_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final ConnectionState[] STATES = ConnectionState.values();
    private static final int STATE_MASK = 0xff;
    private static final int ESTABLISHED = ConnectionState.ESTABLISHED.ordinal();
    private static final int UDP = ConnectionState.UDP.ordinal();
    private static final int DEAD = 0x100;

    /** Stands for the shortcut that a proposal may lead to. */
    private static final Shortcut PROPOSED = () -> {};

    private static final int CONFIRMED = 0x200;
    private static final VarHandle STATUS = handle("status");
    private static final VarHandle DEPENDENTS = handle("dependents");

    private final RealServer server;
    private final FlowIndex owner;
    private final @Nullable Connection template;
    private final int lifetimeSeconds;

    /**
     * The ordinal of the state and the bits {@link #DEAD} and {@link #CONFIRMED}, in one word: no
     * state changes after the end was counted.
     */
    private volatile int status;

    private volatile int dependents;
    private long touchedNanos;

    /** What hands its data on past the workers; null for nothing, and not proposed. */
    private volatile @Nullable Shortcut shortcut;

    /** Where its frames went last, see {@link #place()}. */
    private long place;

    /** When the last packet came; of a template, when its time began to run. */
    private long seenNanos;

    /**
     * A connection that has just been scheduled.
     *
     * @param flow its key, which is copied
     * @param owner the index of the worker that makes it
     * @param template the persistence template that it hangs on, or null
     */
    public Connection(
            FlowKey flow,
            RealServer server,
            FlowIndex owner,
            @Nullable Connection template,
            ConnectionState state,
            long nowNanos) {
        this(flow, server, owner, template, state, 0, nowNanos);
    }

    private Connection(
            FlowKey flow,
            RealServer server,
            FlowIndex owner,
            @Nullable Connection template,
            ConnectionState state,
            int lifetimeSeconds,
            long nowNanos) {
        super(flow);
        this.server = server;
        this.owner = owner;
        this.template = template;
        status = state.ordinal();
        this.lifetimeSeconds = lifetimeSeconds;
        // Its second packet is worth telling the table.
        touchedNanos = nowNanos - TouchInterval.LONGEST_NANOS;
        seenNanos = nowNanos;
    }

    /**
     * A persistence template: lasts {@code lifetimeSeconds} after the last new connection of its
     * client.
     */
    public static Connection template(
            FlowKey flow, RealServer server, FlowIndex owner, int lifetimeSeconds, long nowNanos) {
        return new Connection(
                flow, server, owner, null, ConnectionState.NONE, lifetimeSeconds, nowNanos);
    }

    private static VarHandle handle(String field) {
        try {
            return MethodHandles.lookup().findVarHandle(Connection.class, field, int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Where its packets go. */
    public RealServer server() {
        return server;
    }

    /**
     * The place of the way that its frames went last, among those that its owner keeps; 0 when none
     * is known. Its owner's thread.
     */
    public long place() {
        return place;
    }

    /** Notes the place of the way that a frame of it went. Its owner's thread. */
    public void went(long newPlace) {
        place = newPlace;
    }

    /** The index of the worker that made it. */
    public FlowIndex owner() {
        return owner;
    }

    /** Where it stands. */
    public ConnectionState state() {
        return STATES[status & STATE_MASK];
    }

    /** Whether it is a persistence template. */
    public boolean isTemplate() {
        return (protocol & FlowProbe.TEMPLATE) != 0;
    }

    /** The persistence template that it hangs on, or null. */
    public @Nullable Connection template() {
        return template;
    }

    /** Whether it has been evicted or has expired: it must not be used any more. */
    public boolean isDead() {
        return (status & DEAD) != 0;
    }

    /** Whether a packet after the first has shown that there is more to it than one packet. */
    boolean isConfirmed() {
        return (status & CONFIRMED) != 0;
    }

    /**
     * Takes it for confirmed.
     *
     * @return whether this call did it: false when it was confirmed before, or is dead
     */
    boolean confirm() {
        int seen = status;
        while ((seen & (CONFIRMED | DEAD)) == 0) {
            if (STATUS.compareAndSet(this, seen, seen | CONFIRMED)) {
                return true;
            }
            seen = status;
        }
        return false;
    }

    /** Connections that hang on this template. */
    public int dependents() {
        return dependents;
    }

    /**
     * Counts a connection that hangs on this template from now on.
     *
     * @return whether it is the only one
     */
    boolean addDependent() {
        return (int) DEPENDENTS.getAndAdd(this, 1) == 0;
    }

    /**
     * Counts one less; when it was the last, the time that this template has left counts from the
     * end of it.
     *
     * @return whether it was the last
     */
    boolean removeDependent() {
        return (int) DEPENDENTS.getAndAdd(this, -1) == 1;
    }

    /** How long it stays without a packet: by its state, or for a template as its service says. */
    long timeoutNanos(Timeouts timeouts) {
        return isTemplate() ? TimeUnit.SECONDS.toNanos(lifetimeSeconds) : timeouts.nanos(state());
    }

    /**
     * Follows a TCP segment; does nothing once it is dead.
     *
     * @return whether the state changed
     */
    public boolean onTcpFlags(int flags) {
        int seen = status;
        if ((seen & STATE_MASK) == ESTABLISHED && (flags & TcpTracker.CHANGING) == 0) {
            return false;
        }
        return changeState(seen, TcpTracker.next(STATES[seen & STATE_MASK], flags));
    }

    /** As {@link #onTcpFlags}, for an SCTP packet. */
    public boolean onSctp(Packet packet) {
        int seen = status;
        return changeState(seen, SctpTracker.next(STATES[seen & STATE_MASK], packet));
    }

    /**
     * Notes a packet of TCP or UDP that leaves the state as it is and that the table need not hear
     * of; does nothing with any other.
     *
     * @param tcpFlags 0 for UDP
     * @return whether it is such a packet
     */
    public boolean onPlainPacket(int tcpFlags, long nowNanos, TouchInterval interval) {
        int state = status & STATE_MASK;
        boolean plain =
                state == ESTABLISHED
                        ? (tcpFlags & TcpTracker.CHANGING) == 0
                                && nowNanos - touchedNanos < interval.nanos(IpProtocol.TCP)
                        : state == UDP && nowNanos - touchedNanos < interval.nanos(IpProtocol.UDP);
        if (plain) {
            seenNanos = nowNanos;
        }
        return plain;
    }

    private boolean changeState(int seen, ConnectionState after) {
        ConnectionState before = STATES[seen & STATE_MASK];
        if (before == after
                || (seen & DEAD) != 0
                || !STATUS.compareAndSet(this, seen, seen & ~STATE_MASK | after.ordinal())) {
            return false;
        }
        if (before.isActive() != after.isActive()) {
            server.connectionChanged(after.isActive());
        }
        stopShortcut();
        return true;
    }

    /**
     * Whether it is to be proposed for a shortcut: TCP, established, not proposed and without one.
     * Takes it for proposed then.
     */
    public boolean propose() {
        if (shortcut != null || !isEstablished() || protocol != IpProtocol.TCP) {
            return false;
        }
        shortcut = PROPOSED;
        return true;
    }

    private boolean isEstablished() {
        return (status & (STATE_MASK | DEAD)) == ESTABLISHED;
    }

    /**
     * Has a shortcut stopped when this connection changes its state or ends.
     *
     * @return false when that has happened already, so that it must not be used
     */
    public boolean takeShortcut(Shortcut taken) {
        shortcut = taken;
        return isEstablished();
    }

    /** Lets it be proposed again when it was only proposed. The thread of shortcuts. */
    public void forgetProposal() {
        dropShortcut(PROPOSED);
    }

    /** Forgets a shortcut unless it has another one by now. The thread of shortcuts. */
    @SuppressWarnings("ReferenceEquality") // this one, not another of the same flow
    public void dropShortcut(Shortcut dropped) {
        if (shortcut == dropped) {
            shortcut = null;
        }
    }

    private void stopShortcut() {
        Shortcut running = shortcut;
        if (running != null) {
            running.stop();
        }
    }

    /**
     * Takes the state that the packet which made the connection leads to; before the table counts
     * it.
     */
    public void onFirstPacket(Packet packet) {
        ConnectionState state =
                switch (packet.protocol()) {
                    case IpProtocol.TCP -> TcpTracker.next(ConnectionState.NONE, packet.tcpFlags());
                    case IpProtocol.SCTP -> SctpTracker.next(ConnectionState.NONE, packet);
                    default -> ConnectionState.UDP;
                };
        status = state.ordinal();
    }

    /**
     * Notes a packet; whether the table should hear of it, which is at the second packet and then
     * when it has not for {@code intervalNanos}.
     *
     * @param intervalNanos see {@link TouchInterval}
     */
    public boolean onPacket(long nowNanos, long intervalNanos) {
        seenNanos = nowNanos;
        if (nowNanos - touchedNanos < intervalNanos) {
            return false;
        }
        touchedNanos = nowNanos;
        return true;
    }

    /** Reads from all of its cache lines that a frame needs, see {@link FlowIndex#touch}. */
    @SuppressWarnings("ConstantConditions")
    long touched() {
        return clientHigh + seenNanos + (server == null ? 0 : 1);
    }

    /** Nanoseconds until its timeout ends, counted from its last packet; 0 or less: it is over. */
    long nanosLeft(Timeouts timeouts, long nowNanos) {
        return timeoutNanos(timeouts) - (nowNanos - seenNanos);
    }

    /** When its timeout ended: its last packet and the timeout, or now if that is sooner. */
    long endedNanos(Timeouts timeouts, long nowNanos) {
        return nowNanos + Math.min(0, nanosLeft(timeouts, nowNanos));
    }

    /** Restarts the time of a template: its client has opened another connection. */
    void renew(long nowNanos) {
        seenNanos = nowNanos;
    }

    /**
     * Nanoseconds that a template has left at {@code nowNanos} when connections hung on it until
     * {@code busyUntilNanos}: whenever its time is up before that, it gets another 60 s, as in the
     * kernel. 0 or less: it is over.
     */
    long templateNanosLeft(long busyUntilNanos, long nowNanos) {
        long missing = busyUntilNanos - seenNanos - TimeUnit.SECONDS.toNanos(lifetimeSeconds);
        long extensions = missing < 0 ? 0 : missing / TEMPLATE_EXTENSION_NANOS + 1;
        return busyUntilNanos - nowNanos - missing + extensions * TEMPLATE_EXTENSION_NANOS;
    }

    /** Counts it at its real server; called once, when the table takes it. */
    void opened() {
        if (isTemplate()) {
            server.templateMade();
            return;
        }
        server.connectionOpened(state().isActive());
    }

    /**
     * Ends it: undoes the counts of {@link #opened}. Does nothing the second time.
     *
     * @return whether it was alive until now
     */
    boolean closed() {
        int before = (int) STATUS.getAndBitwiseOr(this, DEAD);
        boolean wasAlive = (before & DEAD) == 0;
        if (wasAlive) {
            uncount(before);
        }
        return wasAlive;
    }

    /** As {@link #closed}, but leaves one alone that is confirmed, maybe at this very moment. */
    boolean closedUnconfirmed() {
        int seen = status;
        while ((seen & (CONFIRMED | DEAD)) == 0) {
            if (STATUS.compareAndSet(this, seen, seen | DEAD)) {
                uncount(seen);
                return true;
            }
            seen = status;
        }
        return false;
    }

    private void uncount(int before) {
        if (isTemplate()) {
            server.templateEnded();
            return;
        }
        stopShortcut();
        server.connectionClosed(STATES[before & STATE_MASK].isActive());
    }
}
