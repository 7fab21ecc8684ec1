package lb.core.connection;

import com.github.benmanes.caffeine.cache.Expiry;
import java.util.concurrent.TimeUnit;

/**
 * A connection's time to live: follows from its state, and starts anew with each use. Any thread.
 */
final class TimeToLive implements Expiry<FlowKey, Connection> {
    /**
     * Stands for "while connections hang on it". Not for ever: Caffeine may miss that a time was
     * shortened, and looks again only then.
     */
    static final long BUSY_NANOS = TimeUnit.DAYS.toNanos(1);

    private final ConnectionTable table;

    /** By the timeouts of this table. */
    TimeToLive(ConnectionTable table) {
        this.table = table;
    }

    @Override
    public long expireAfterCreate(FlowKey key, Connection connection, long currentTime) {
        return nanos(connection);
    }

    @Override
    public long expireAfterUpdate(
            FlowKey key, Connection connection, long currentTime, long currentDuration) {
        return nanos(connection);
    }

    @Override
    public long expireAfterRead(
            FlowKey key, Connection connection, long currentTime, long currentDuration) {
        return nanos(connection);
    }

    /** A template's is its own: it does not end while connections hang on it. */
    private long nanos(Connection connection) {
        return connection.isTemplate() && connection.dependents() > 0
                ? BUSY_NANOS
                : connection.timeoutNanos(table.timeouts());
    }
}
