package lb.vrrp.automaton;

import java.util.List;
import java.util.Set;
import lb.core.wire.IpAddress;
import lb.vrrp.automaton.Action.Alarm;
import lb.vrrp.automaton.Action.Notification;
import lb.vrrp.automaton.Action.Notify;
import lb.vrrp.automaton.Action.Report;
import lb.vrrp.automaton.Event.AdvertReceived;
import lb.vrrp.automaton.Event.FaultCleared;
import lb.vrrp.automaton.Event.FaultRaised;
import lb.vrrp.automaton.Event.PriorityChanged;
import lb.vrrp.automaton.Event.Shutdown;
import lb.vrrp.automaton.Event.SourceAddressChanged;
import lb.vrrp.automaton.Event.Startup;
import lb.vrrp.automaton.Event.StepDown;
import lb.vrrp.automaton.Event.TakeOver;
import lb.vrrp.automaton.Event.TimerExpired;
import lb.vrrp.automaton.Event.VipClaimed;
import lb.vrrp.automaton.State.Active;
import lb.vrrp.automaton.State.Backup;
import lb.vrrp.automaton.State.Fault;
import lb.vrrp.automaton.State.Initialize;
import lb.vrrp.wire.VrrpVersion;
import org.jspecify.annotations.Nullable;

/**
 * One virtual router: (event, now) to (state, ordered actions), RFC 9568 section 6.4. Owned by the
 * one thread that speaks for it.
 *
 * <p>It decides and does nothing: no socket, clock or thread. Periodic adverts, sent or heard,
 * allocate nothing.
 */
public final class VirtualRouter {
    private static final List<Action> NOTHING = List.of();

    private final Self self;
    private final ActiveDuties duties;

    private State state = new Initialize(null);
    private Transition quiet = new Transition(state, NOTHING);
    private Transition last = quiet;

    /**
     * A virtual router in Initialize.
     *
     * @param source the interface's own address, which the tie-break compares
     */
    public VirtualRouter(VirtualRouterSettings settings, IpAddress source) {
        self = new Self(settings, source);
        duties = new ActiveDuties(self);
    }

    /** Where it stands. */
    public State state() {
        return state;
    }

    /** The effective priority, 1 to 255. */
    public int priority() {
        return self.priority();
    }

    /**
     * Nanoseconds until {@link TimerExpired} is wanted: 0 if overdue, {@link Long#MAX_VALUE} if no
     * timer runs.
     */
    public long nanosToDeadline(long nowNanos) {
        return switch (state) {
            case Initialize(Timer delay) ->
                    delay == null ? Long.MAX_VALUE : delay.remainingNanos(nowNanos);
            case Backup backup -> backup.activeDownTimer().remainingNanos(nowNanos);
            case Active active ->
                    Math.min(
                            active.adverTimer().remainingNanos(nowNanos),
                            active.announcements().nanosToDeadline(nowNanos));
            case Fault fault -> Long.MAX_VALUE;
        };
    }

    /**
     * Takes in an event; the caller then carries out the actions, in order, before the next event.
     *
     * @param nowNanos of a monotonic clock, never less than before
     */
    public Transition on(Event event, long nowNanos) {
        return switch (state) {
            case Initialize initialize -> inInitialize(initialize, event, nowNanos);
            case Backup backup -> inBackup(backup, event, nowNanos);
            case Active active -> inActive(active, event, nowNanos);
            case Fault fault -> inFault(event, nowNanos);
        };
    }

    /**
     * Goes on with other settings in the state in which it is. The effective priority stays until
     * {@link PriorityChanged}; an interval that was learned stays too.
     *
     * @throws IllegalArgumentException if the version is another one
     */
    public void reconfigure(VirtualRouterSettings changed, long nowNanos) {
        if (changed.version() != self.settings().version()) {
            throw new IllegalArgumentException("the version of a running virtual router is fixed");
        }
        switch (state) {
            case Backup backup -> retime(backup, changed);
            case Active active -> {
                active.adverTimer().hasten(nowNanos + changed.advertIntervalNanos());
                active.announcements().use(changed.announcements(), nowNanos);
            }
            case Initialize _, Fault _ -> {}
        }
        self.settings(changed);
    }

    private void retime(Backup backup, VirtualRouterSettings changed) {
        long before = backup.activeAdverIntervalNanos();
        boolean learned = changed.version() == VrrpVersion.V3;
        long after = learned ? before : changed.advertIntervalNanos();
        long shift = self.activeDownNanos(changed, after) - self.activeDownNanos(before);
        backup.activeDownTimer().shift(shift);
        if (after != before) {
            become(
                    new Backup(backup.activeDownTimer(), backup.preemptDelayTimer(), after),
                    NOTHING);
        }
    }

    // Initialize, RFC 9568 section 6.4.1

    private Transition inInitialize(Initialize initialize, Event event, long nowNanos) {
        return switch (event) {
            case Startup startup -> startUp(initialize, nowNanos);
            case TimerExpired expired -> endStartupDelay(initialize, nowNanos);
            case Shutdown shutdown -> become(new Initialize(null), NOTHING);
            case PriorityChanged(int changed) -> changePriority(changed);
            case SourceAddressChanged(IpAddress changed) -> changeSource(changed);
            case FaultRaised(FaultReason reason) -> noteFault(reason);
            case FaultCleared(FaultReason reason) -> forgetFault(reason);
            case AdvertReceived ignored -> stay();
            case VipClaimed ignored -> stay();
            case TakeOver ignored -> stay();
            case StepDown ignored -> stay();
        };
    }

    private Transition startUp(Initialize initialize, long nowNanos) {
        if (initialize.startupDelayTimer() != null) {
            return stay();
        }
        long delayNanos = self.settings().startupDelayNanos();
        if (delayNanos > 0) {
            Timer delay = new Timer(nowNanos + delayNanos);
            // What an earlier process left on the interface must not answer while we wait.
            return become(
                    new Initialize(delay),
                    List.of(new Action.CloseGate(), new Action.ReleaseVips()));
        }
        return begin(nowNanos);
    }

    private Transition endStartupDelay(Initialize initialize, long nowNanos) {
        Timer delay = initialize.startupDelayTimer();
        return delay != null && delay.isDue(nowNanos) ? begin(nowNanos) : stay();
    }

    private Transition begin(long nowNanos) {
        if (!self.faults().isEmpty()) {
            return become(fault(), ActionLists.takePart(Notification.FAULT));
        }
        if (self.startsAsActive()) {
            return becomeActive(nowNanos);
        }
        return become(
                self.freshBackup(self.settings().advertIntervalNanos(), nowNanos),
                ActionLists.takePart(Notification.BACKUP));
    }

    // Backup, RFC 9568 section 6.4.2

    private Transition inBackup(Backup backup, Event event, long nowNanos) {
        return switch (event) {
            case AdvertReceived heard -> hearAsBackup(backup, heard, nowNanos);
            case TimerExpired expired ->
                    backup.activeDownTimer().isDue(nowNanos) ? becomeActive(nowNanos) : stay();
            case Shutdown shutdown ->
                    become(new Initialize(null), List.of(new Notify(Notification.STOP)));
            case PriorityChanged(int changed) -> changePriorityAsBackup(backup, changed);
            case SourceAddressChanged(IpAddress changed) -> changeSource(changed);
            case FaultRaised(FaultReason reason) -> failAsBackup(reason);
            case FaultCleared(FaultReason reason) -> forgetFault(reason);
            case TakeOver takeOver -> becomeActive(nowNanos);
            case StepDown stepDown -> awaitActive(backup, nowNanos);
            case VipClaimed ignored -> stay(); // by the Active, with every right
            case Startup ignored -> stay();
        };
    }

    private Transition hearAsBackup(Backup backup, AdvertReceived heard, long nowNanos) {
        if (heard.priority() == 0) {
            long skew = self.skewNanos(backup.activeAdverIntervalNanos());
            backup.activeDownTimer().restart(nowNanos + skew);
            return stay();
        }
        if (heard.priority() >= self.priority() || !self.settings().preempt()) {
            return follow(backup, heard, null, nowNanos);
        }
        if (self.settings().preemptDelayNanos() > 0) {
            return hearWeakerWithDelay(backup, heard, nowNanos);
        }
        // Discarded: the timer runs on, and its end is our preemption.
        return stay();
    }

    /** keepalived: until the delay is over a weaker Active counts as a stronger one. */
    private Transition hearWeakerWithDelay(Backup backup, AdvertReceived heard, long nowNanos) {
        Timer delay = backup.preemptDelayTimer();
        if (delay == null) {
            long delayNanos = self.settings().preemptDelayNanos();
            return follow(backup, heard, new Timer(nowNanos + delayNanos), nowNanos);
        }
        return delay.isDue(nowNanos) ? stay() : follow(backup, heard, delay, nowNanos);
    }

    private Transition follow(
            Backup backup, AdvertReceived heard, @Nullable Timer preemptDelay, long nowNanos) {
        long interval = self.learned(heard);
        backup.activeDownTimer().restart(nowNanos + self.activeDownNanos(interval));
        if (interval == backup.activeAdverIntervalNanos()
                && preemptDelay == backup.preemptDelayTimer()) { // the same timer
            return stay();
        }
        return become(new Backup(backup.activeDownTimer(), preemptDelay, interval), NOTHING);
    }

    private Transition awaitActive(Backup backup, long nowNanos) {
        backup.activeDownTimer()
                .restart(nowNanos + self.activeDownNanos(backup.activeAdverIntervalNanos()));
        return stay();
    }

    private Transition changePriorityAsBackup(Backup backup, int changed) {
        long interval = backup.activeAdverIntervalNanos();
        long skewBefore = self.skewNanos(interval);
        self.priority(changed);
        backup.activeDownTimer().shift(self.skewNanos(interval) - skewBefore);
        return stay();
    }

    private Transition failAsBackup(FaultReason reason) {
        self.raise(reason);
        return become(fault(), List.of(new Notify(Notification.FAULT)));
    }

    // Active, RFC 9568 section 6.4.3

    private Transition inActive(Active active, Event event, long nowNanos) {
        return switch (event) {
            case AdvertReceived heard -> hearAsActive(active, heard, nowNanos);
            case TimerExpired expired -> stay(duties.expire(active, nowNanos));
            case VipClaimed claim -> stay(duties.hearClaim(active, claim, nowNanos));
            case Shutdown shutdown ->
                    become(new Initialize(null), ActionLists.leave(true, false, Notification.STOP));
            case PriorityChanged(int changed) -> changePriority(changed);
            case SourceAddressChanged(IpAddress changed) -> changeSource(changed);
            case FaultRaised(FaultReason reason) -> failAsActive(reason);
            case FaultCleared(FaultReason reason) -> forgetFault(reason);
            case StepDown stepDown ->
                    become(
                            self.freshBackup(self.settings().advertIntervalNanos(), nowNanos),
                            ActionLists.leave(true, false, Notification.BACKUP));
            case Startup ignored -> stay();
            case TakeOver ignored -> stay();
        };
    }

    private Transition hearAsActive(Active active, AdvertReceived heard, long nowNanos) {
        if (heard.priority() == 0) {
            return stay(duties.reply(active, nowNanos));
        }
        boolean equal = heard.priority() == self.priority();
        int tie = self.compareSource(heard);
        if (equal && tie == 0) {
            return stay(List.of(new Report(Alarm.DUPLICATE_SOURCE_ADDRESS)));
        }
        if (heard.priority() > self.priority() || (equal && tie > 0)) {
            return yieldTo(heard, nowNanos);
        }
        return stay(duties.hearWeaker(active, heard, nowNanos));
    }

    private Transition yieldTo(AdvertReceived heard, long nowNanos) {
        List<Action> farewell =
                self.settings().higherPrioritySendAdvert() ? self.advert() : NOTHING;
        return become(
                self.freshBackup(self.learned(heard), nowNanos),
                ActionLists.stepDown(self.ownerConflict(heard), farewell));
    }

    private Transition failAsActive(FaultReason reason) {
        self.raise(reason);
        return become(
                fault(),
                ActionLists.leave(reason.canSend(), reason.vipsFirst(), Notification.FAULT));
    }

    // Fault, keepalived's addition

    private Transition inFault(Event event, long nowNanos) {
        return switch (event) {
            case FaultRaised(FaultReason reason) -> {
                self.raise(reason);
                yield become(fault(), NOTHING);
            }
            case FaultCleared(FaultReason reason) -> recover(reason, nowNanos);
            case Shutdown shutdown ->
                    become(new Initialize(null), List.of(new Notify(Notification.STOP)));
            case PriorityChanged(int changed) -> changePriority(changed);
            case SourceAddressChanged(IpAddress changed) -> changeSource(changed);
            case AdvertReceived ignored -> stay();
            case VipClaimed ignored -> stay();
            case TimerExpired ignored -> stay();
            case Startup ignored -> stay();
            case TakeOver ignored -> stay();
            case StepDown ignored -> stay();
        };
    }

    private Transition recover(FaultReason reason, long nowNanos) {
        self.clear(reason);
        return self.faults().isEmpty() ? begin(nowNanos) : become(fault(), NOTHING);
    }

    private Fault fault() {
        return new Fault(Set.copyOf(self.faults()));
    }

    // All states

    private Transition becomeActive(long nowNanos) {
        return become(
                self.freshActive(nowNanos),
                ActionLists.takeOver(
                        self.advert().getFirst(), self.settings().announcements().repeat()));
    }

    private Transition changePriority(int changed) {
        self.priority(changed);
        return stay();
    }

    private Transition changeSource(IpAddress changed) {
        self.source(changed);
        return stay();
    }

    private Transition noteFault(FaultReason reason) {
        self.raise(reason);
        return stay();
    }

    private Transition forgetFault(FaultReason reason) {
        self.clear(reason);
        return stay();
    }

    private Transition stay() {
        return stay(NOTHING);
    }

    private Transition stay(List<Action> actions) {
        return become(state, actions);
    }

    /**
     * Steady states meet the same two results again and again: nothing to do, and the periodic
     * advert.
     */
    @SuppressWarnings("ReferenceEquality") // equal objects would only cost an allocation
    private Transition become(State next, List<Action> actions) {
        if (next != state) {
            state = next;
            quiet = new Transition(next, NOTHING);
        }
        if (actions.isEmpty()) {
            return quiet;
        }
        if (next != last.state() || actions != last.actions()) {
            last = new Transition(next, actions);
        }
        return last;
    }
}
