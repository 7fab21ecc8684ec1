package lb.vrrp.speaker;

import java.util.concurrent.locks.LockSupport;
import lb.core.linux.KernelException;
import lb.core.linux.ThreadScheduling;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The priority of a thread on which takeovers wait, which owns it: real-time where that is allowed,
 * so that no load on the machine makes adverts or announcements late.
 */
public final class Urgency {
    private static final Logger LOG = LoggerFactory.getLogger(Urgency.class);

    /** One turn in a flood stays far below this. */
    private static final long LEAST_LIMIT_MICROS = 100_000;

    private static final long REST_NANOS = 50_000;

    private boolean realtime;
    private long restAfterNanos = Long.MAX_VALUE;
    private long restedNanos;

    private Urgency() {}

    /**
     * Takes the priority for the calling thread; what is refused is said once, and it goes on.
     *
     * @param work what the thread does, such as "adverts are sent"
     */
    public static Urgency take(SpeakerSettings settings, String work) {
        Urgency urgency = new Urgency();
        if (settings.nice() != 0) {
            var _ =
                    tryTo(
                            () -> ThreadScheduling.nice(settings.nice()),
                            "vrrp_priority is not allowed");
        }
        if (settings.realtimePriority() > 0) {
            urgency.takeRealtime(settings.realtimePriority(), work);
        }
        return urgency;
    }

    private void takeRealtime(int priority, String work) {
        long limit = ThreadScheduling.realtimeLimitMicros();
        if (limit < LEAST_LIMIT_MICROS) {
            LOG.info(
                    "{} without real-time priority: the limit RLIMIT_RTTIME of {} us is too short"
                            + " for it, allow at least {} us",
                    work,
                    limit,
                    LEAST_LIMIT_MICROS);
            return;
        }
        if (limit != ThreadScheduling.UNLIMITED) {
            restAfterNanos = limit * 1_000 / 4;
        }
        realtime =
                tryTo(
                        () -> ThreadScheduling.realtime(priority),
                        work
                                + " without real-time priority (allow it with LimitRTPRIO of"
                                + " systemd, or CAP_SYS_NICE)");
    }

    private static boolean tryTo(Runnable action, String otherwise) {
        try {
            action.run();
            return true;
        } catch (KernelException e) {
            LOG.info("{}: {}", otherwise, e.getMessage());
            return false;
        }
    }

    /**
     * Called between two pieces of work that does not wait: lets another thread of the same
     * priority go first, which an ordinary one gets anyway, and rests as {@link #rest} does.
     */
    @SuppressWarnings("ThreadPriorityCheck") // of real-time threads the kernel keeps the order
    public void giveWay() {
        if (realtime) {
            Thread.yield();
            rest(System.nanoTime(), false);
        }
    }

    /**
     * Called at each turn: sleeps a moment when a flood has kept the thread from waiting for so
     * long that RLIMIT_RTTIME would end the process.
     */
    void rest(long nowNanos, boolean hasWaited) {
        if (hasWaited) {
            restedNanos = nowNanos;
        } else if (nowNanos - restedNanos > restAfterNanos) {
            LockSupport.parkNanos(REST_NANOS);
            restedNanos = System.nanoTime();
        }
    }
}
