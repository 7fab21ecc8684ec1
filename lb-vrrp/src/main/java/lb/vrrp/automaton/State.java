package lb.vrrp.automaton;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a virtual router stands (RFC 9568 section 6.4); each state carries the timers that run in
 * it, and no others. Read by the thread of its {@link VirtualRouter}.
 */
public sealed interface State {
    /** keepalived's word for it, as logs, scripts and the command line say it. */
    String keyword();

    /**
     * Not started, or shut down.
     *
     * @param startupDelayTimer runs between Startup and the first election, if configured
     */
    record Initialize(@Nullable Timer startupDelayTimer) implements State {
        @Override
        public String keyword() {
            return "INIT";
        }
    }

    /**
     * Watching an Active.
     *
     * @param activeDownTimer when it expires we take over
     * @param preemptDelayTimer runs since the first advert of a weaker Active, if configured;
     *     expired it lets us preempt
     * @param activeAdverIntervalNanos version 3: learned from the Active; version 2: our own
     */
    record Backup(
            Timer activeDownTimer, @Nullable Timer preemptDelayTimer, long activeAdverIntervalNanos)
            implements State {
        @Override
        public String keyword() {
            return "BACKUP";
        }
    }

    /**
     * Owning the VIPs.
     *
     * @param adverTimer when it expires the next advert is sent
     * @param replyTimer until it expires the next answer to a weaker router waits
     * @param announcements gratuitous ARP and neighbour advertisements still to come
     */
    record Active(Timer adverTimer, Timer replyTimer, AnnouncementSchedule announcements)
            implements State {
        @Override
        public String keyword() {
            return "MASTER";
        }
    }

    /**
     * Not able to take part; hears nothing.
     *
     * @param reasons all that has to be cleared, never empty
     */
    record Fault(Set<FaultReason> reasons) implements State {
        @Override
        public String keyword() {
            return "FAULT";
        }
    }
}
