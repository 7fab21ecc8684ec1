package lb.core.connection;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * All connections of a director: Caffeine decides which stay. Any thread.
 *
 * <p>Bounded: above the maximum the connections least often heard of go first, so that a flood of one-packet flows does
 * not push out established ones. Time is what {@link #advance} last said; nothing here reads a clock. Evictions run on
 * the housekeeper given, and reach the owning worker's index through a queue.
 */
public final class ConnectionTable {
    /** A template that connections still hang on gets this much longer, as in the kernel. */
    private static final long TEMPLATE_EXTENSION_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Cache<FlowKey, Connection> connections;
    private final AtomicLong nowNanos = new AtomicLong();
    private final LongAdder evictions = new LongAdder();
    private final long maximum;
    private volatile Timeouts timeouts;

    /**
     * An empty table.
     *
     * @param maximum connections and templates that it holds at most
     * @param housekeeper runs evictions and expiries; when it falls behind, the threads that add connections help
     */
    public ConnectionTable(long maximum, Timeouts timeouts, Executor housekeeper) {
        this.maximum = maximum;
        this.timeouts = timeouts;
        connections = Caffeine.newBuilder()
                .maximumSize(maximum)
                .expireAfter(new ByState())
                .ticker(nowNanos::getOpaque)
                .executor(housekeeper)
                .removalListener(this::onRemoval)
                .build();
    }

    /** Tells what time it is, as by {@link System#nanoTime}. */
    public void advance(long now) {
        nowNanos.setOpaque(now);
    }

    /** Replaces the timeouts; connections take theirs up with the next packet. */
    public void useTimeouts(Timeouts replacement) {
        timeouts = replacement;
    }

    /** The timeouts in force. */
    public Timeouts timeouts() {
        return timeouts;
    }

    /** The live connection of this flow, or null; hearing of it restarts its timeout. */
    public @Nullable Connection find(FlowKey flow) {
        return connections.getIfPresent(flow);
    }

    /** Takes a new connection; one of the same flow that was there ends. */
    public void add(Connection connection) {
        connection.opened();
        connections.put(connection, connection);
    }

    /** Restarts the timeout of a connection by its present state, and counts the use for the eviction policy. */
    public void touch(Connection connection) {
        var _ = connections.getIfPresent(connection);
    }

    /** Ends a connection at once, also one that has expired and is not yet collected. */
    @SuppressWarnings("ReferenceEquality") // this one, not a successor of the same flow
    public void remove(Connection connection) {
        if (connections.policy().getIfPresentQuietly(connection) == connection) {
            connections.invalidate(connection);
        }
        end(connection);
    }

    /** Marks a connection dead and has its worker forget it; the second time does no harm. */
    private static void end(Connection connection) {
        if (connection.closed() && !connection.isTemplate()) {
            connection.owner().unlinkLater(connection);
        }
    }

    /** Lets expired connections go although no packet comes; to be called about once a second. */
    public void cleanUp() {
        connections.cleanUp();
    }

    /** Connections and templates in it, those that expired and are not yet cleaned up included. */
    public long size() {
        return connections.estimatedSize();
    }

    /** Connections and templates that it holds at most. */
    public long maximum() {
        return maximum;
    }

    /** Connections that had to go because the table was full. */
    public long evictions() {
        return evictions.sum();
    }

    /** Shows each live connection with the nanoseconds that it has left; changes nothing. */
    public void forEach(ObjLongConsumer<Connection> visitor) {
        var expiry = connections.policy().expireVariably().orElseThrow();
        connections.asMap().values().forEach(connection -> {
            var left = expiry.getExpiresAfter(connection, TimeUnit.NANOSECONDS);
            left.ifPresent(nanos -> visitor.accept(connection, nanos));
        });
    }

    private void onRemoval(
            @Nullable FlowKey key, @Nullable Connection connection, RemovalCause cause) {
        if (connection == null) {
            return;
        }
        if (cause == RemovalCause.EXPIRED && connection.dependents() > 0 && isProlonged(connection)) {
            return;
        }
        if (cause == RemovalCause.SIZE) {
            evictions.increment();
        }
        end(connection);
    }

    /** Puts an expired template back; false when another one has taken its place meanwhile. */
    private boolean isProlonged(Connection template) {
        return connections.policy().expireVariably().orElseThrow()
                        .putIfAbsent(template, template, TEMPLATE_EXTENSION_NANOS, TimeUnit.NANOSECONDS)
                == null;
    }

    /** A connection's time to live follows from its state, and starts anew with each use. */
    private final class ByState implements Expiry<FlowKey, Connection> {
        @Override
        public long expireAfterCreate(FlowKey key, Connection connection, long currentTime) {
            return connection.timeoutNanos(timeouts);
        }

        @Override
        public long expireAfterUpdate(
                FlowKey key, Connection connection, long currentTime, long currentDuration) {
            return connection.timeoutNanos(timeouts);
        }

        @Override
        public long expireAfterRead(
                FlowKey key, Connection connection, long currentTime, long currentDuration) {
            return connection.timeoutNanos(timeouts);
        }
    }
}
