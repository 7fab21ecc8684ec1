package lb.vrrp.speaker;

import java.util.function.LongSupplier;

/**
 * What the speaker's thread needs to know besides its virtual routers. Immutable; any thread.
 *
 * @param dataPlaneBeatNanos changes with every heartbeat of the data plane; asked at every turn,
 *     must not block or allocate
 * @param realtimePriority 1 to 99 of SCHED_RR; 0 for an ordinary thread
 * @param nice −20 to 19, 0 leaves it as it is
 */
public record SpeakerSettings(LongSupplier dataPlaneBeatNanos, int realtimePriority, int nice) {
    /** Just above every ordinary thread. */
    public static final int DEFAULT_REALTIME_PRIORITY = 1;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException naming the setting
     */
    public SpeakerSettings {
        if (realtimePriority < 0 || realtimePriority > 99) {
            throw new IllegalArgumentException(
                    "real-time priority " + realtimePriority + ": must be 0 to 99");
        }
        if (nice < -20 || nice > 19) {
            throw new IllegalArgumentException("nice value " + nice + ": must be -20 to 19");
        }
    }

    /** For routers without a data plane: nothing can stand still. */
    public static SpeakerSettings withoutDataPlane() {
        return new SpeakerSettings(System::nanoTime, DEFAULT_REALTIME_PRIORITY, 0);
    }
}
