package lb.vrrp.automaton;

import java.util.ArrayList;
import java.util.List;
import lb.vrrp.automaton.Action.Alarm;
import lb.vrrp.automaton.Action.Announce;
import lb.vrrp.automaton.Action.NotifyLowerPriority;
import lb.vrrp.automaton.Action.Report;
import lb.vrrp.automaton.Event.AdvertReceived;
import lb.vrrp.automaton.Event.VipClaimed;

/**
 * What an Active does to stay one: its adverts, its answers to weaker routers, its announcements
 * (RFC 9568 section 6.4.3). Stateless but for the timers of the {@link State.Active} it is given;
 * used by the thread of the {@link VirtualRouter}.
 */
final class ActiveDuties {
    /**
     * Between an advert and one in answer to others', so that a flood of theirs does not become one
     * of ours. An answer that comes too early goes out at the end of this gap.
     */
    private static final long REPLY_GAP_NANOS = 5_000_000L;

    private static final List<Action> NOTHING = List.of();

    private final Self self;

    ActiveDuties(Self self) {
        this.self = self;
    }

    List<Action> expire(State.Active active, long nowNanos) {
        boolean advertDue = active.adverTimer().isDue(nowNanos);
        if (advertDue) {
            restartAfterExpiry(active.adverTimer(), nowNanos);
            active.replyTimer().restart(nowNanos + REPLY_GAP_NANOS);
        }
        boolean askDue = active.announcements().takeAsk(nowNanos);
        int rounds = active.announcements().takeDueRounds(nowNanos);
        // The periodic advert has its probe anyway.
        List<Action> sent = advertDue ? self.periodicAdvert() : askDue ? self.probe() : NOTHING;
        return rounds == 0 ? sent : with(sent, new Announce(rounds));
    }

    /**
     * From the deadline, not from now, so that small delays do not add up; a long stall is not made
     * up for.
     */
    private void restartAfterExpiry(Timer adverTimer, long nowNanos) {
        long interval = self.settings().advertIntervalNanos();
        long next = adverTimer.deadlineNanos() + interval;
        adverTimer.restart(next - nowNanos > 0 ? next : nowNanos + interval);
    }

    private static List<Action> with(List<Action> actions, Action last) {
        List<Action> more = new ArrayList<>(actions);
        more.add(last);
        return List.copyOf(more);
    }

    /**
     * RFC 9568 section 6.4.3 and keepalived: answer at once, so that the other side steps down and
     * bridges relearn.
     */
    List<Action> hearWeaker(State.Active active, AdvertReceived heard, long nowNanos) {
        VirtualRouterSettings settings = self.settings();
        List<Action> answer = settings.lowerPriorityNoAdvert() ? NOTHING : reply(active, nowNanos);
        if (!active.announcements().hearLowerPriority(nowNanos)) {
            return answer;
        }
        List<Action> actions = new ArrayList<>(answer);
        if (self.ownerConflict(heard)) {
            actions.add(new Report(Alarm.OWNER_CONFLICT));
        }
        if (settings.announcements().lowerPriorityRepeat() > 0
                && active.announcements().mayAnnounce()) {
            actions.add(new Announce(settings.announcements().lowerPriorityRepeat()));
        }
        actions.add(new NotifyLowerPriority(heard.priority()));
        return List.copyOf(actions);
    }

    /**
     * An advert now; or within the gap none, but then the Adver_Timer comes earlier, never later.
     */
    List<Action> reply(State.Active active, long nowNanos) {
        if (!active.replyTimer().isDue(nowNanos)) {
            active.adverTimer().hasten(active.replyTimer().deadlineNanos());
            return NOTHING;
        }
        active.replyTimer().restart(nowNanos + REPLY_GAP_NANOS);
        active.adverTimer().restart(nowNanos + self.settings().advertIntervalNanos());
        return self.advert();
    }

    /**
     * RFC 5227 section 2.4 c: say again whose the VIPs are, in time. A rival that is an Active gets
     * our advert anyway, and one that is none would not care.
     */
    List<Action> hearClaim(State.Active active, VipClaimed claim, long nowNanos) {
        long interval = self.settings().advertIntervalNanos();
        active.announcements().hearClaim(claim, interval, nowNanos);
        return NOTHING;
    }
}
