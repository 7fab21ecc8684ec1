package lb.core.director;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Frames by verdict. Written by one worker; read by any thread. */
public final class VerdictCounters {
    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] counts = new long[Verdict.values().length];

    void add(Verdict verdict) {
        int index = verdict.ordinal();
        ELEMENT.setOpaque(counts, index, counts[index] + 1);
    }

    /** Frames that ended in {@code verdict}. */
    public long count(Verdict... verdict) {
        long sum = 0;
        for (Verdict one : verdict) {
            sum += (long) ELEMENT.getOpaque(counts, one.ordinal());
        }
        return sum;
    }

    /** All frames. */
    public long total() {
        return count(Verdict.values());
    }
}
