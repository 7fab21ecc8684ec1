package lb.core.service;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Connections, packets and bytes that one worker sent one way. Written by that worker, read by any
 * thread: each number is whole, but the three need not be of the same instant.
 */
public final class TrafficCounters {
    private static final VarHandle CONNECTIONS = handle("connections");
    private static final VarHandle PACKETS = handle("packets");
    private static final VarHandle BYTES = handle("bytes");

    private long connections;
    private long packets;
    private long bytes;

    private static VarHandle handle(String field) {
        try {
            return MethodHandles.lookup().findVarHandle(TrafficCounters.class, field, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Counts a new connection. */
    public void countConnection() {
        CONNECTIONS.setOpaque(this, connections + 1);
    }

    /** Counts a packet of {@code length} bytes from the IP header on. */
    public void countPacket(int length) {
        PACKETS.setOpaque(this, packets + 1);
        BYTES.setOpaque(this, bytes + length);
    }

    /** Counts packets of {@code length} bytes together from the IP header on. */
    public void countPackets(long count, long length) {
        PACKETS.setOpaque(this, packets + count);
        BYTES.setOpaque(this, bytes + length);
    }

    /** New connections so far. */
    public long connections() {
        return (long) CONNECTIONS.getOpaque(this);
    }

    /** Packets so far. */
    public long packets() {
        return (long) PACKETS.getOpaque(this);
    }

    /** Bytes so far, from the IP header on. */
    public long bytes() {
        return (long) BYTES.getOpaque(this);
    }
}
