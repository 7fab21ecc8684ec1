package lb.core.connection;

import org.jctools.queues.MpscUnboundedArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * A worker's own way to its connections: an open-addressing hash table of references, exact for the
 * flows that its ring hands it. Owned by that worker; {@link #unlinkLater} alone may be called from
 * any thread.
 *
 * <p>The hashes stand in an array of their own, so that a search touches a connection only when all
 * 32 bits agree.
 */
public final class FlowIndex {
    private static final int FIRST_CAPACITY = 1024;

    private final MpscUnboundedArrayQueue<Connection> removals =
            new MpscUnboundedArrayQueue<>(4096);
    private int[] hashes = new int[FIRST_CAPACITY];
    private @Nullable Connection[] connections = new Connection[FIRST_CAPACITY];
    private int mask = FIRST_CAPACITY - 1;
    private int size;

    /** The live connection of this flow, or null. */
    public @Nullable Connection find(FlowKey flow) {
        int wanted = flow.hash;
        for (int slot = wanted & mask; ; slot = (slot + 1) & mask) {
            int hash = hashes[slot];
            if (hash == 0) {
                return null;
            }
            if (hash == wanted) {
                Connection connection = connections[slot];
                if (connection != null && connection.isSameFlow(flow) && !connection.isDead()) {
                    return connection;
                }
            }
        }
    }

    /**
     * Reads what {@link #find} will read first for each of these hashes, all slots before all
     * connections, so that the cache misses of many flows overlap.
     *
     * @param flows hashes; 0 is passed over
     * @param count how many of them
     * @return nothing of meaning; whoever calls keeps it, or the reads would be left out
     */
    long touch(int[] flows, int count) {
        long read = 0;
        for (int i = 0; i < count; i++) {
            int slot = flows[i] & mask;
            read += hashes[slot];
            read += connections[slot] == null ? 0 : 1;
        }
        for (int i = 0; i < count; i++) {
            Connection connection = connections[slotOf(flows[i])];
            if (connection != null) {
                read += connection.touched();
            }
        }
        return read;
    }

    /** The first slot with this hash, else the empty one where the search for it ends. */
    private int slotOf(int wanted) {
        int slot = wanted & mask;
        for (int hash = hashes[slot]; hash != wanted && hash != 0; hash = hashes[slot]) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    /** Adds a connection; one of the same flow that is still there must be dead. */
    public void add(Connection connection) {
        if (size >= (mask + 1) / 2) {
            grow();
        }
        insert(connection.hash, connection);
        size++;
    }

    private void insert(int hash, Connection connection) {
        int slot = hash & mask;
        while (hashes[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        hashes[slot] = hash;
        connections[slot] = connection;
    }

    private void grow() {
        int[] oldHashes = hashes;
        @Nullable Connection[] oldConnections = connections;
        int capacity = (mask + 1) * 2;
        hashes = new int[capacity];
        connections = new Connection[capacity];
        mask = capacity - 1;
        for (int i = 0; i < oldHashes.length; i++) {
            Connection connection = oldConnections[i];
            if (connection != null) {
                insert(oldHashes[i], connection);
            }
        }
    }

    /** Queues a dead connection for {@link #unlinkDead}. */
    void unlinkLater(Connection connection) {
        removals.offer(connection);
    }

    /**
     * Forgets connections that have died.
     *
     * @param limit the most to forget now, so that no batch waits long
     */
    public void unlinkDead(int limit) {
        for (int i = 0; i < limit; i++) {
            Connection dead = removals.relaxedPoll();
            if (dead == null) {
                return;
            }
            unlink(dead);
        }
    }

    @SuppressWarnings("ReferenceEquality") // the dead one itself, not a successor of the same flow
    private void unlink(Connection dead) {
        for (int slot = dead.hash & mask; hashes[slot] != 0; slot = (slot + 1) & mask) {
            if (connections[slot] == dead) {
                closeGap(slot);
                size--;
                return;
            }
        }
    }

    /**
     * Moves later entries of the run back, so that every one is still reached from its own slot.
     */
    private void closeGap(int emptied) {
        int gap = emptied;
        for (int slot = (gap + 1) & mask; hashes[slot] != 0; slot = (slot + 1) & mask) {
            int home = hashes[slot] & mask;
            if (((slot - home) & mask) >= ((slot - gap) & mask)) {
                hashes[gap] = hashes[slot];
                connections[gap] = connections[slot];
                gap = slot;
            }
        }
        hashes[gap] = 0;
        connections[gap] = null;
    }

    /** Connections in it, the dead that are not yet unlinked included. */
    public int size() {
        return size;
    }
}
