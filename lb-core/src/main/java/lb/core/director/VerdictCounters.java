package lb.core.director;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;

/** Frames by verdict. Written by one worker; read by any thread. */
public final class VerdictCounters {
    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] counts = new long[Verdict.values().length];
    private final AtomicLong handedOn = new AtomicLong();

    void add(Verdict verdict) {
        add(verdict, 1);
    }

    void add(Verdict verdict, long frames) {
        int index = verdict.ordinal();
        ELEMENT.setOpaque(counts, index, counts[index] + frames);
    }

    /** Counts frames that the kernel has forwarded by the shortcut. */
    void addHandedOn(long frames) {
        add(Verdict.FORWARDED, frames);
        handedOn.lazySet(handedOn.getPlain() + frames);
    }

    /** Those of {@link Verdict#FORWARDED} that the kernel handed on by the shortcut. */
    public long handedOn() {
        return handedOn.get();
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
