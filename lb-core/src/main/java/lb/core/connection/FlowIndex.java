package lb.core.connection;

import org.jctools.queues.MpscUnboundedArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * A worker's own way to its connections: an open-addressing hash table of references, exact for the
 * flows that its ring hands it. Owned by that worker; {@link #unlinkLater} alone may be called from
 * any thread.
 *
 * <p>At most a quarter of its slots is taken. So nearly every search ends at its first slot, which
 * the processor can foresee, and no second array of hashes is needed to pass over strangers: that
 * would be one more wait for memory in each search.
 */
public final class FlowIndex {
    private static final int FIRST_CAPACITY = 1024;
    private static final int DYING = 64;
    private static final int SLOTS_PER_CONNECTION = 4;

    private final MpscUnboundedArrayQueue<Connection> removals =
            new MpscUnboundedArrayQueue<>(4096);
    private @Nullable Connection[] connections = new Connection[FIRST_CAPACITY];
    private final @Nullable Connection[] dying = new Connection[DYING];

    /** What was read, summed: without it the compiler would leave the reads out. */
    @SuppressWarnings("UnusedVariable")
    private long read;

    private int mask = FIRST_CAPACITY - 1;
    private int size;

    /** The live connection of this flow, or null. */
    public @Nullable Connection find(FlowKey flow) {
        for (int slot = flow.hash & mask; ; slot = (slot + 1) & mask) {
            Connection connection = connections[slot];
            if (connection == null) {
                return null;
            }
            if (connection.isSameFlow(flow) && !connection.isDead()) {
                return connection;
            }
        }
    }

    /**
     * Reads what {@link #find} will read first for each of these hashes, all slots before all
     * connections, so that the cache misses of many flows overlap.
     *
     * @param flows hashes; 0, of a frame that was not looked at, does no harm
     * @param count how many of them
     * @return nothing of meaning; whoever calls keeps it, or the reads would be left out
     */
    long touch(int[] flows, int count) {
        long read = 0;
        for (int i = 0; i < count; i++) {
            read += connections[flows[i] & mask] == null ? 0 : 1;
        }
        for (int i = 0; i < count; i++) {
            Connection connection = connections[flows[i] & mask];
            if (connection != null) {
                read += connection.touched();
            }
        }
        return read;
    }

    /** Adds a connection; one of the same flow that is still there must be dead. */
    public void add(Connection connection) {
        if (size >= (mask + 1) / SLOTS_PER_CONNECTION) {
            grow();
        }
        insert(connection);
        size++;
    }

    private void insert(Connection connection) {
        int slot = connection.hash & mask;
        while (connections[slot] != null) {
            slot = (slot + 1) & mask;
        }
        connections[slot] = connection;
    }

    private void grow() {
        @Nullable Connection[] old = connections;
        int capacity = (mask + 1) * 2;
        connections = new Connection[capacity];
        mask = capacity - 1;
        for (Connection connection : old) {
            if (connection != null) {
                insert(connection);
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
        for (int left = limit; left > 0; left -= DYING) {
            int count = takeDead(Math.min(left, DYING));
            for (int i = 0; i < count; i++) {
                unlink(dying[i]);
                dying[i] = null;
            }
            if (count < DYING) {
                return;
            }
        }
    }

    /**
     * Takes some of the dead, and reads what unlinking them reads first, as {@link #touch} does.
     */
    private int takeDead(int most) {
        for (int i = 0; i < most; i++) {
            Connection dead = removals.relaxedPoll();
            if (dead == null) {
                return i;
            }
            dying[i] = dead;
            read += connections[dead.hash & mask] == null ? 0 : 1;
        }
        return most;
    }

    @SuppressWarnings("ReferenceEquality") // the dead one itself, not a successor of the same flow
    private void unlink(@Nullable Connection dead) {
        if (dead == null) {
            return;
        }
        for (int slot = dead.hash & mask; connections[slot] != null; slot = (slot + 1) & mask) {
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
        int slot = (gap + 1) & mask;
        for (Connection next = connections[slot]; next != null; next = connections[slot]) {
            int home = next.hash & mask;
            if (((slot - home) & mask) >= ((slot - gap) & mask)) {
                connections[gap] = next;
                gap = slot;
            }
            slot = (slot + 1) & mask;
        }
        connections[gap] = null;
    }

    /** Connections in it, the dead that are not yet unlinked included. */
    public int size() {
        return size;
    }
}
