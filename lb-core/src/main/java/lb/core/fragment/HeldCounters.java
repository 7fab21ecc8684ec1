package lb.core.fragment;

import java.util.concurrent.atomic.AtomicLongArray;

/** Fragments that had to wait, by their fate. Written by one worker; read by any thread. */
public final class HeldCounters {
    private final AtomicLongArray counts = new AtomicLongArray(HeldFate.values().length);

    /** Counts fragments. */
    public void add(HeldFate fate, int frames) {
        int index = fate.ordinal();
        counts.setOpaque(index, counts.getPlain(index) + frames);
    }

    /** Fragments of this fate. */
    public long count(HeldFate fate) {
        return counts.getOpaque(fate.ordinal());
    }
}
