package lb.core.connection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jctools.queues.MpscUnboundedArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * A worker's own way to its connections: an open-addressing hash table of references, exact for the
 * flows that its ring hands it. Owned by that worker; {@link #unlinkLater} alone may be called from
 * any thread.
 *
 * <p>Beside each slot stands a tag of its connection's hash, and {@value #WINDOW} tags are looked
 * at in one go. So a search reads hardly a connection but the one it is for, wherever that stands,
 * and a search in vain reads tags alone; nor does the processor have to guess how far one goes.
 */
public final class FlowIndex {
    /** Flows that {@link #touch} takes at once. */
    public static final int MOST_AHEAD = 64;

    /**
     * Flows to look at ahead where nothing has to come from far: with so few, all that is read of
     * them stays in the processor's first cache until it is used.
     */
    private static final int FEW_AHEAD = 16;

    private static final int FIRST_CAPACITY = 1024;
    private static final int DYING = 64;

    /**
     * Stands for no slot, though it is one: a number that can be read from. What is in that slot is
     * not seen ahead.
     */
    private static final int NONE = 0;

    private static final int SLOTS_PER_CONNECTION = 2;

    /** So few tags are in the processor's first cache anyway. */
    private static final int TAGS_ALWAYS_AT_HAND = 1 << 14;

    /** Tags that are looked at together. */
    private static final int WINDOW = 8;

    private static final VarHandle WINDOWS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** The bit of each tag that says that its slot is taken. */
    private static final long TAKEN = 0x8080_8080_8080_8080L;

    private static final long ONES = 0x0101_0101_0101_0101L;

    private final MpscUnboundedArrayQueue<Connection> removals =
            new MpscUnboundedArrayQueue<>(4096);
    private @Nullable Connection[] connections = new Connection[FIRST_CAPACITY];

    /** The first ones stand behind the last again, so that a window need not go round. */
    private byte[] tags = new byte[FIRST_CAPACITY + WINDOW];

    private final @Nullable Connection[] dying = new Connection[DYING];

    /** What was read, summed: without it the compiler would leave the reads out. */
    @SuppressWarnings("UnusedVariable")
    private long read;

    private int mask = FIRST_CAPACITY - 1;
    private int size;
    private int worthAhead = FEW_AHEAD;

    /** The slots where the flows that are looked at ahead seem to be, or {@link #NONE}. */
    private final int[] ahead = new int[MOST_AHEAD];

    /** The live connection of this flow, or null. */
    public @Nullable Connection find(FlowKey flow) {
        for (int slot = flow.hash & mask; ; slot = (slot + WINDOW) & mask) {
            long window = window(slot);
            for (long found = matches(window, flow.hash); found != 0; found &= found - 1) {
                Connection connection = connections[at(slot, found)];
                if (connection != null && connection.isSameFlow(flow) && !connection.isDead()) {
                    return connection;
                }
            }
            if (hasFree(window)) {
                return null;
            }
        }
    }

    /**
     * What the flow whose hash stood at {@code position} mostly is, by what {@link #touch} last
     * saw: its connection, alive or dead, or another one. Null when it saw none.
     */
    public @Nullable Connection seenAhead(int position) {
        int slot = ahead[position];
        return slot == NONE ? null : connections[slot & mask];
    }

    private long window(int slot) {
        return (long) WINDOWS.get(tags, slot);
    }

    /** Never 0, which stands for a free slot. Of the bits that say least of the slot. */
    private static int tag(int hash) {
        return hash >>> 25 | 0x80;
    }

    /**
     * The highest bit of each tag in the window that is the one of this hash. Above the lowest of
     * them there may be others, of tags that differ by one; who looks, sees that.
     */
    private static long matches(long window, int hash) {
        long differences = window ^ tag(hash) * ONES;
        return differences - ONES & ~differences & TAKEN;
    }

    /** The slot that the lowest bit of {@code found} stands for. */
    private int at(int slot, long found) {
        return slot + (Long.numberOfTrailingZeros(found) >>> 3) & mask;
    }

    /** Whether a search ends in this window. */
    private static boolean hasFree(long window) {
        return (~window & TAKEN) != 0;
    }

    /** Flows that {@link #touch} should take at once, {@value #MOST_AHEAD} at most. */
    public int worthAhead() {
        return worthAhead;
    }

    /**
     * Reads what {@link #find} will read first for each of these hashes, all tags before all
     * connections, so that the cache misses of many flows overlap. The loops are short, as the
     * processor looks only some hundred instructions ahead.
     *
     * @param flows hashes; 0, of a frame that has no flow, does no harm
     * @param count how many of them, {@value #MOST_AHEAD} at most
     * @return nothing of meaning; whoever calls keeps it, or the reads would be left out
     */
    public long touch(int[] flows, int count) {
        long read = 0;
        if (tags.length > TAGS_ALWAYS_AT_HAND) {
            for (int i = 0; i < count; i++) {
                read += tags[flows[i] & mask];
            }
        }
        for (int i = 0; i < count; i++) {
            int slot = flows[i] & mask;
            long window = window(slot);
            long found = matches(window, flows[i]);
            // Where the search would go on, its first slot stands for what it would find.
            ahead[i] = found != 0 ? at(slot, found) : hasFree(window) ? NONE : slot;
        }
        for (int i = 0; i < count; i++) {
            Connection connection = connections[ahead[i]];
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
        put(slot, connection);
    }

    private void put(int slot, @Nullable Connection connection) {
        byte tag = connection == null ? 0 : (byte) tag(connection.hash);
        connections[slot] = connection;
        tags[slot] = tag;
        if (slot < WINDOW) {
            tags[mask + 1 + slot] = tag;
        }
    }

    private void grow() {
        @Nullable Connection[] old = connections;
        int capacity = (mask + 1) * 2;
        connections = new Connection[capacity];
        tags = new byte[capacity + WINDOW];
        mask = capacity - 1;
        worthAhead = tags.length > TAGS_ALWAYS_AT_HAND ? MOST_AHEAD : FEW_AHEAD;
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
            int slot = dead.hash & mask;
            read += tags[slot] + (connections[slot] == null ? 0 : 1);
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
                put(gap, next);
                gap = slot;
            }
            slot = (slot + 1) & mask;
        }
        put(gap, null);
    }

    /** Connections in it, the dead that are not yet unlinked included. */
    public int size() {
        return size;
    }
}
