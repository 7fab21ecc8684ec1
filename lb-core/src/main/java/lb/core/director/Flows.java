package lb.core.director;

import java.util.ArrayList;
import java.util.List;
import lb.core.connection.Connection;
import lb.core.connection.ConnectionState;
import lb.core.connection.ConnectionTable;
import lb.core.connection.FlowIndex;
import lb.core.connection.FlowProbe;
import lb.core.connection.TouchInterval;
import lb.core.service.Persistence;
import lb.core.service.RealServer;
import lb.core.wire.IpProtocol;
import lb.core.wire.Packet;
import org.jspecify.annotations.Nullable;

/**
 * The connections as one worker sees them: its own index first, the common table behind it. Owned
 * by that worker.
 */
final class Flows {
    /**
     * Dead connections unlinked per batch at most: keeps up with any flood without delaying a
     * batch.
     */
    private static final int UNLINKS_PER_BATCH = 256;

    private final ConnectionTable connections;
    private final FlowIndex index = new FlowIndex();
    private final boolean shared;
    private TouchInterval touchInterval;

    /** Made in this batch, and not yet in the table. */
    private final List<Connection> fresh = new ArrayList<>(FlowIndex.MOST_AHEAD);

    /** What was looked at ahead, summed: without it the compiler would leave the reads out. */
    @SuppressWarnings("UnusedVariable")
    private long read;

    Flows(ConnectionTable connections, int workers) {
        this.connections = connections;
        touchInterval = connections.touchInterval();
        shared = workers > 1;
    }

    void advance(long nowNanos) {
        connections.advance(nowNanos);
        touchInterval = connections.touchInterval();
        index.unlinkDead(UNLINKS_PER_BATCH);
    }

    /** Frames to {@link #lookAhead} of at once. */
    int worthAhead() {
        return index.worthAhead();
    }

    /** Fetches what the connections of a batch will be found by. */
    void lookAhead(int[] hashes, int count) {
        read += index.touch(hashes, count);
    }

    /**
     * The connection of a frame's flow in this worker's index, if {@link #lookAhead} saw something
     * like it for the frame's {@code position}.
     */
    @Nullable Connection findAhead(Arrival arrival, int position) {
        Connection seen = index.seenAhead(position);
        if (seen == null) {
            return null;
        }
        return seen.isOf(arrival.packet) && !seen.isDead() ? seen : index.find(arrival.flow());
    }

    /** The connection of a flow in this worker's index. */
    @Nullable Connection findOwn(FlowProbe probe) {
        return index.find(probe);
    }

    /** The connection of a flow that this worker's index has not: another may have met it first. */
    @Nullable Connection findOfOthers(FlowProbe probe) {
        return shared ? connections.find(probe) : null;
    }

    @Nullable Connection find(FlowProbe probe) {
        Connection connection = index.find(probe);
        return connection == null ? findOfOthers(probe) : connection;
    }

    /** How often the table hears of connections. */
    TouchInterval touchInterval() {
        return touchInterval;
    }

    /** Keeps state and timeout of a known connection up to date. */
    void follow(Connection connection, Packet packet, long nowNanos) {
        boolean due = connection.onPacket(nowNanos, touchInterval.nanos(packet.protocol()));
        boolean changed =
                switch (packet.protocol()) {
                    case IpProtocol.TCP -> connection.onTcpFlags(packet.tcpFlags());
                    case IpProtocol.SCTP -> connection.onSctp(packet);
                    default -> false;
                };
        if (due || changed) {
            flush();
            connections.touch(connection);
        }
    }

    /** Takes up that packets of it went past the workers. */
    void onHandedOn(Connection connection, long nowNanos) {
        long interval = touchInterval.nanos(connection.protocol());
        if (connection.onPacket(nowNanos, interval) && !connection.isDead()) {
            connections.touch(connection);
        }
    }

    void remember(
            FlowProbe flow,
            RealServer server,
            @Nullable Connection template,
            @Nullable Connection predecessor,
            Packet packet,
            long nowNanos) {
        Connection connection =
                new Connection(flow, server, index, template, ConnectionState.NONE, nowNanos);
        connection.onFirstPacket(packet);
        index.add(connection);
        connections.open(connection);
        fresh.add(connection);
        // Other workers look for it in the table.
        if (shared || predecessor != null) {
            flush();
        }
        if (predecessor != null) {
            connections.confirmAs(predecessor, connection);
        }
    }

    /**
     * Has the table take the new connections; to be called when a batch ends, and before the table
     * is asked or told of anything else.
     */
    void flush() {
        if (!fresh.isEmpty()) {
            try {
                connections.insertAll(fresh);
            } finally {
                // Also after a fault: taken again and again they would repeat it.
                fresh.clear();
            }
        }
    }

    @Nullable Connection findTemplate(FlowProbe probe) {
        flush();
        return connections.findTemplate(probe);
    }

    /** Restarts the time of a template that is about to be used. */
    void renew(Connection template) {
        connections.renew(template);
    }

    Connection addTemplate(
            FlowProbe probe, RealServer server, Persistence persistence, long nowNanos) {
        Connection template =
                Connection.template(probe, server, index, persistence.timeoutSeconds(), nowNanos);
        connections.add(template);
        return template;
    }

    int indexed() {
        return index.size();
    }

    void remove(Connection connection) {
        flush();
        connections.remove(connection);
    }
}
