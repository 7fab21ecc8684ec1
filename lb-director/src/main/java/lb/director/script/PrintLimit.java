package lb.director.script;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Decides which output of scripts is logged: of each program what differs from before, or once a
 * minute, and of all together some lines a second. Owned by the runner's thread.
 */
final class PrintLimit {
    private static final long AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int A_SECOND = 10;
    private static final int PROGRAMS = 256;

    /** What was logged of a program, and when. */
    private record Last(String text, long atNanos) {}

    private final Map<String, Last> logged =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Last> eldest) {
                    return size() > PROGRAMS;
                }
            };

    private long secondBegan = Long.MIN_VALUE / 2;
    private int inThisSecond;

    boolean allows(String program, String text, long nowNanos) {
        Last last = logged.get(program);
        if (last != null && last.text.equals(text) && nowNanos - last.atNanos < AGAIN_NANOS) {
            return false;
        }
        if (nowNanos - secondBegan >= SECOND_NANOS) {
            secondBegan = nowNanos;
            inThisSecond = 0;
        }
        if (++inThisSecond > A_SECOND) {
            return false;
        }
        logged.put(program, new Last(text, nowNanos));
        return true;
    }
}
