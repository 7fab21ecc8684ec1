package lb.core.connection;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalListener;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * All connections of a director: Caffeine decides which stay. Any thread.
 *
 * <p>Bounded, in two parts: a quarter for newcomers, of which one packet or only SYNs were seen,
 * the rest for the confirmed. So a flood of one-packet flows or half-open connections competes with
 * its like alone; frequency counts by themselves let it push out established connections that are
 * seldom heard of. In each part those least often heard of go first.
 *
 * <p>Workers tell it of a connection only now and then ({@link Connection#onPacket}); one whose
 * time is up here but that had a packet since is put back for the rest of its time. Time is what
 * {@link #advance} last said; nothing here reads a clock. Evictions and expiries run on the
 * housekeeper given, and reach the owning worker's index through a queue.
 *
 * <p>A template does not expire while connections hang on it: taken out and put back it would be
 * missing in between, and its client would be sent elsewhere.
 */
public final class ConnectionTable {
    /** Below this, all newcomers stay in a core's cache. */
    private static final int WORTH_LOOKING = 4096;

    /** One place in so many is for newcomers. */
    private static final int NEWCOMERS_SHARE = 4;

    private final Cache<FlowKey, Connection> newcomers;
    private final Cache<FlowKey, Connection> confirmed;
    private final AtomicLong nowNanos = new AtomicLong();
    private final Evictions evictions;
    private final long maximum;
    private final IntConsumer uses;

    private volatile Timeouts timeouts;
    private volatile TouchInterval touchInterval;

    /**
     * An empty table.
     *
     * @param maximum connections and templates that it holds at most
     * @param housekeeper runs evictions and expiries; when it falls behind, the threads that add
     *     connections help
     */
    public ConnectionTable(long maximum, Timeouts timeouts, Executor housekeeper) {
        this(maximum, timeouts, housekeeper, share -> {}, 0);
    }

    /** An empty table whose evictions and expiries gather before they are done. */
    public ConnectionTable(long maximum, Timeouts timeouts, Upkeep upkeep) {
        this(maximum, timeouts, upkeep, upkeep::note, Evictions.PATIENCE);
    }

    private ConnectionTable(
            long maximum, Timeouts timeouts, Executor housekeeper, IntConsumer uses, int patience) {
        this.maximum = maximum;
        this.uses = uses;
        this.timeouts = timeouts;
        touchInterval = new TouchInterval(timeouts);
        evictions = new Evictions(this, patience);
        long forNewcomers = Math.ceilDiv(maximum, NEWCOMERS_SHARE);
        newcomers = cache(forNewcomers, housekeeper, evictions::onNewcomer);
        confirmed = cache(maximum - forNewcomers, housekeeper, evictions::onConfirmed);
    }

    private Cache<FlowKey, Connection> cache(
            long size, Executor housekeeper, RemovalListener<FlowKey, Connection> listener) {
        return Caffeine.newBuilder()
                .maximumSize(size)
                .expireAfter(new TimeToLive(this))
                .ticker(nowNanos::getOpaque)
                .executor(evictions.maintenance(housekeeper))
                .evictionListener(listener)
                .build();
    }

    /** Tells what time it is, as by {@link System#nanoTime}. */
    public void advance(long now) {
        nowNanos.setOpaque(now);
    }

    /** Replaces the timeouts; connections take theirs up with the next packet. */
    public void useTimeouts(Timeouts replacement) {
        timeouts = replacement;
        touchInterval = new TouchInterval(replacement);
    }

    /** How often it is to hear of a connection in use, with the timeouts in force. */
    public TouchInterval touchInterval() {
        return touchInterval;
    }

    /** The timeouts in force. */
    public Timeouts timeouts() {
        return timeouts;
    }

    /** The live connection of this flow, or null; hearing of it restarts its timeout. */
    public @Nullable Connection find(FlowKey flow) {
        // In this order, since one that is being confirmed is in both for a moment, never in
        // neither.
        Connection newcomer = newcomers.getIfPresent(flow);
        return newcomer == null ? confirmed.getIfPresent(flow) : newcomer;
    }

    /** The live template of this flow, or null; looking for it does not restart its time. */
    public @Nullable Connection findTemplate(FlowKey flow) {
        Connection newcomer = newcomers.policy().getIfPresentQuietly(flow);
        return newcomer == null ? confirmed.policy().getIfPresentQuietly(flow) : newcomer;
    }

    /** Restarts the time of a template: a connection is about to hang on it. */
    public void renew(Connection template) {
        template.renew(nowNanos.getOpaque());
        touch(template);
    }

    /** Takes a new connection; one of the same flow that was there ends. */
    public void add(Connection connection) {
        open(connection);
        insert(connection);
        evictions.help(1);
    }

    /** Counts a new connection, which {@link #insert} or {@link #insertAll} is to take soon. */
    public void open(Connection connection) {
        connection.opened();
        Connection template = connection.template();
        if (template != null && template.addDependent()) {
            expireIn(template, TimeToLive.BUSY_NANOS);
        }
    }

    /**
     * Takes connections that were counted. All are looked for before the first is taken: so what
     * each has to wait for in memory is fetched while others wait for theirs, which the locks of
     * taking would not let happen.
     */
    public void insertAll(List<Connection> opened) {
        if (opened.size() > 1 && newcomers.estimatedSize() >= WORTH_LOOKING) {
            for (int i = 0; i < opened.size(); i++) {
                var _ = newcomers.policy().getIfPresentQuietly(opened.get(i));
            }
        }
        for (int i = 0; i < opened.size(); i++) {
            insert(opened.get(i));
        }
        evictions.help(opened.size());
    }

    @SuppressWarnings("ReferenceEquality") // this one, not another of the same flow
    private void insert(Connection connection) {
        // Looked for first, since removing takes a lock even where there is nothing.
        if (confirmed.policy().getIfPresentQuietly(connection) != null) {
            endReplaced(confirmed.asMap().remove(connection), connection);
        }
        Connection newcomer = newcomers.asMap().put(connection, connection);
        if (newcomer != null && newcomer != connection) {
            endUnconfirmed(newcomer);
        }
        uses.accept(Upkeep.NEW_CONNECTION);
    }

    @SuppressWarnings("ReferenceEquality") // this one, not another of the same flow
    private void endReplaced(@Nullable Connection former, Connection successor) {
        if (former != null && former != successor) {
            end(former);
        }
    }

    /**
     * Confirms a connection at once if the one that it goes on for was: one that loses its real
     * server during a flood would otherwise compete with the flood.
     */
    public void confirmAs(Connection predecessor, Connection successor) {
        if (predecessor.isConfirmed()) {
            touch(successor);
        }
    }

    /** Lets a template live on from the moment its last connection ended. */
    private void onLastDependent(Connection template, long endedNanos) {
        long left = template.templateNanosLeft(endedNanos, nowNanos.getOpaque());
        expireIn(template, Math.max(1, left));
        if (template.dependents() > 0) {
            // Another worker's connection came meanwhile.
            expireIn(template, TimeToLive.BUSY_NANOS);
        }
    }

    private void expireIn(Connection template, long nanos) {
        expireIn(newcomers, template, nanos);
        expireIn(confirmed, template, nanos);
    }

    @SuppressWarnings("ReferenceEquality") // this one, not a successor of the same flow
    private static void expireIn(Cache<FlowKey, Connection> in, Connection template, long nanos) {
        if (in.policy().getIfPresentQuietly(template) == template) {
            in.policy()
                    .expireVariably()
                    .orElseThrow()
                    .setExpiresAfter(template, nanos, TimeUnit.NANOSECONDS);
        }
    }

    /**
     * Tells of a packet after the first: restarts the timeout by the present state, counts the use
     * for the eviction policy, and confirms the connection unless it is half-open.
     */
    public void touch(Connection connection) {
        uses.accept(Upkeep.USE);
        if (connection.isConfirmed()) {
            var _ = confirmed.getIfPresent(connection);
        } else if (connection.state() == ConnectionState.SYN_RECV) {
            var _ = newcomers.getIfPresent(connection);
        } else if (connection.confirm()) {
            endReplaced(confirmed.asMap().put(connection, connection), connection);
            invalidate(newcomers, connection);
            if (connection.isDead()) {
                invalidate(confirmed, connection);
            }
        }
        evictions.help(1);
    }

    /** Ends a connection at once, also one that has expired and is not yet collected. */
    public void remove(Connection connection) {
        end(connection);
        invalidate(newcomers, connection);
        invalidate(confirmed, connection);
    }

    /**
     * Takes this one out. Another worker may put a successor of the same flow in its place between
     * the look and the removal; taken out instead, that would never end.
     */
    @SuppressWarnings("ReferenceEquality") // this one, not a successor of the same flow
    private void invalidate(Cache<FlowKey, Connection> from, Connection connection) {
        if (from.policy().getIfPresentQuietly(connection) != connection) {
            return;
        }
        Connection gone = from.asMap().remove(connection);
        if (gone == null || gone == connection) {
            return;
        }
        if (from == confirmed) {
            end(gone);
        } else {
            endUnconfirmed(gone);
        }
    }

    /**
     * Marks a connection dead and has its worker forget it; the second time does no harm.
     *
     * @return whether it was alive until now
     */
    boolean end(Connection connection) {
        boolean ended = connection.closed();
        if (ended) {
            onEnded(connection);
        }
        return ended;
    }

    /** As {@link #end}, but leaves one alone that is confirmed, maybe at this very moment. */
    boolean endUnconfirmed(Connection connection) {
        boolean ended = connection.closedUnconfirmed();
        if (ended) {
            onEnded(connection);
        }
        return ended;
    }

    private void onEnded(Connection connection) {
        if (connection.isTemplate()) {
            return;
        }
        connection.owner().unlinkLater(connection);
        Connection template = connection.template();
        if (template != null && template.removeDependent()) {
            onLastDependent(template, connection.endedNanos(timeouts, nowNanos.getOpaque()));
        }
    }

    /** Lets expired connections go although no packet comes; to be called about once a second. */
    public void cleanUp() {
        newcomers.cleanUp();
        confirmed.cleanUp();
        evictions.settle();
    }

    /** Connections and templates in it, those that expired and are not yet cleaned up included. */
    public long size() {
        return newcomers.estimatedSize() + confirmed.estimatedSize();
    }

    /** Connections and templates that it holds at most, newcomers and confirmed ones together. */
    public long maximum() {
        return maximum;
    }

    /** Connections that had to go because their part of the table was full. */
    public long evictions() {
        return evictions.forSize();
    }

    /** Shows each live connection with the nanoseconds that it has left; changes nothing. */
    public void forEach(ObjLongConsumer<Connection> visitor) {
        forEach(newcomers, visitor);
        forEach(confirmed, visitor);
    }

    private void forEach(Cache<FlowKey, Connection> in, ObjLongConsumer<Connection> visitor) {
        var expiry = in.policy().expireVariably().orElseThrow();
        long now = nowNanos.getOpaque();
        for (Connection connection : in.asMap().values()) {
            if (connection.isTemplate() && connection.dependents() == 0) {
                var left = expiry.getExpiresAfter(connection, TimeUnit.NANOSECONDS);
                left.ifPresent(nanos -> visitor.accept(connection, nanos));
            } else if (connection.isTemplate()) {
                visitor.accept(connection, connection.templateNanosLeft(now, now));
            } else if (connection.nanosLeft(timeouts, now) > 0) {
                visitor.accept(connection, connection.nanosLeft(timeouts, now));
            }
        }
    }

    /**
     * Puts back what Caffeine let expire and is not over yet: a connection that had a packet since
     * the table last heard of it, a template that another worker hung one on at that moment. False
     * when its time is up, or when another one has taken its place meanwhile.
     *
     * @param asNewcomer whether it was among the newcomers
     */
    boolean isPutBack(Connection connection, boolean asNewcomer) {
        Cache<FlowKey, Connection> in = asNewcomer ? newcomers : confirmed;
        long left = nanosToProlong(connection);
        if (left <= 0
                || connection.isDead()
                || in.policy()
                                .expireVariably()
                                .orElseThrow()
                                .putIfAbsent(connection, connection, left, TimeUnit.NANOSECONDS)
                        != null) {
            return false;
        }
        // Looked at again: who confirmed or ended it meanwhile may not have found it here.
        if (connection.isDead() || (asNewcomer && connection.isConfirmed())) {
            invalidate(in, connection);
        } else if (connection.isTemplate() && connection.dependents() == 0) {
            onLastDependent(connection, nowNanos.getOpaque());
        }
        return true;
    }

    /** What is left of its time although Caffeine says that it is up; 0 or less: it is. */
    long nanosToProlong(Connection connection) {
        if (connection.isTemplate()) {
            return connection.dependents() > 0 ? TimeToLive.BUSY_NANOS : 0;
        }
        return connection.nanosLeft(timeouts, nowNanos.getOpaque());
    }
}
