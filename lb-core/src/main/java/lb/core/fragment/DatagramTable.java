package lb.core.fragment;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import lb.core.connection.FlowProbe;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams by source, destination, identification and protocol, for 30 seconds each. Owned by one
 * worker; allocates only when it is made.
 *
 * <p>All live equally long, so they stand in the order of their end: a ring, with hash chains
 * through it. A full one forgets the oldest.
 */
public final class DatagramTable {
    /** How long a datagram may be under way: what Linux allows for IPv4 (RFC 1122: 60 to 120 s). */
    public static final long LIFETIME_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final int NONE = -1;

    private final Datagram[] ring;
    private final int[] buckets;
    private final int mask;
    private long oldest;
    private long next;

    /**
     * An empty table.
     *
     * @param capacity datagrams that it remembers at most, a power of two
     */
    public DatagramTable(int capacity) {
        ring = new Datagram[capacity];
        Arrays.setAll(ring, _ -> new Datagram());
        mask = capacity - 1;
        buckets = new int[capacity];
        Arrays.fill(buckets, NONE);
    }

    /** The datagram of this key, or null. */
    public @Nullable Datagram find(FlowProbe key, long nowNanos) {
        for (int slot = buckets[key.hashCode() & mask]; slot != NONE; ) {
            Datagram datagram = ring[slot];
            if (datagram.key.equals(key)) {
                return datagram.endNanos - nowNanos > 0 ? datagram : null;
            }
            slot = datagram.nextInBucket;
        }
        return null;
    }

    /** Takes a datagram up; what is remembered under its key is forgotten. */
    public Datagram add(FlowProbe key, long nowNanos) {
        Datagram former = find(key);
        if (former != null) {
            remove(former);
        }
        if (isFull()) {
            Datagram first = oldest();
            if (first != null) {
                remove(first);
            }
            skipRemoved();
        }
        int slot = (int) next & mask;
        next++;
        Datagram datagram = ring[slot];
        datagram.reset(key, nowNanos + LIFETIME_NANOS);
        int bucket = key.hashCode() & mask;
        datagram.nextInBucket = buckets[bucket];
        buckets[bucket] = slot;
        return datagram;
    }

    /** As {@link #find(FlowProbe, long)}, one whose time is up included. */
    @Nullable Datagram find(FlowProbe key) {
        int slot = buckets[key.hashCode() & mask];
        while (slot != NONE && !ring[slot].key.equals(key)) {
            slot = ring[slot].nextInBucket;
        }
        return slot == NONE ? null : ring[slot];
    }

    /** Forgets a datagram that is in the table. */
    @SuppressWarnings("ReferenceEquality") // this entry
    public void remove(Datagram datagram) {
        int bucket = datagram.key.hashCode() & mask;
        int slot = buckets[bucket];
        if (slot != NONE && ring[slot] == datagram) {
            buckets[bucket] = datagram.nextInBucket;
        } else {
            while (slot != NONE) {
                Datagram before = ring[slot];
                slot = before.nextInBucket;
                if (slot != NONE && ring[slot] == datagram) {
                    before.nextInBucket = datagram.nextInBucket;
                    break;
                }
            }
        }
        datagram.live = false;
        datagram.refuse();
    }

    /** Whether the next {@link #add} forgets the oldest. */
    boolean isFull() {
        skipRemoved();
        return next - oldest == ring.length;
    }

    /** The datagram whose time ends first, or null. */
    @Nullable Datagram oldest() {
        skipRemoved();
        return oldest == next ? null : ring[(int) oldest & mask];
    }

    private void skipRemoved() {
        while (oldest < next && !ring[(int) oldest & mask].live) {
            oldest++;
        }
    }
}
