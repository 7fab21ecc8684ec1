package lb.vrrp.automaton;

import static lb.vrrp.automaton.VirtualRouterSettings.PRIORITY_OWNER;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import lb.core.wire.IpAddress;
import lb.vrrp.automaton.Action.Alarm;
import lb.vrrp.automaton.Action.Announce;
import lb.vrrp.automaton.Action.Notification;
import lb.vrrp.automaton.Action.Notify;
import lb.vrrp.automaton.Action.NotifyLowerPriority;
import lb.vrrp.automaton.Action.Report;
import lb.vrrp.automaton.Action.SendAdvert;
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
    /**
     * Between an advert and one in answer to others', so that a flood of theirs does not become one
     * of ours. An answer that comes too early goes out at the end of this gap.
     */
    static final long REPLY_GAP_NANOS = 5_000_000L;

    private static final List<Action> NOTHING = List.of();

    private VirtualRouterSettings settings;
    private final EnumSet<FaultReason> faults = EnumSet.noneOf(FaultReason.class);

    private State state = new Initialize(null);
    private Transition quiet = new Transition(state, NOTHING);
    private Transition last = quiet;
    private int priority;
    private IpAddress source;
    private List<Action> advert;

    /**
     * A virtual router in Initialize.
     *
     * @param source the interface's own address, which the tie-break compares
     */
    public VirtualRouter(VirtualRouterSettings settings, IpAddress source) {
        this.settings = settings;
        this.source = source;
        priority = settings.priority();
        advert = List.of(new SendAdvert(priority));
    }

    /** Where it stands. */
    public State state() {
        return state;
    }

    /** The effective priority, 1 to 255. */
    public int priority() {
        return priority;
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
        if (changed.version() != settings.version()) {
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
        settings = changed;
    }

    private void retime(Backup backup, VirtualRouterSettings changed) {
        long before = backup.activeAdverIntervalNanos();
        boolean learned = settings.version() == VrrpVersion.V3;
        long after = learned ? before : changed.advertIntervalNanos();
        long shift =
                ElectionTimes.activeDownNanos(
                                changed.version(), priority, after, changed.downTimerAdverts())
                        - activeDownNanos(before);
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
            case TakeOver ignored -> stay();
            case StepDown ignored -> stay();
        };
    }

    private Transition startUp(Initialize initialize, long nowNanos) {
        if (initialize.startupDelayTimer() != null) {
            return stay();
        }
        if (settings.startupDelayNanos() > 0) {
            Timer delay = new Timer(nowNanos + settings.startupDelayNanos());
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
        if (!faults.isEmpty()) {
            return become(new Fault(Set.copyOf(faults)), ActionLists.takePart(Notification.FAULT));
        }
        if (priority == PRIORITY_OWNER && settings.initialState() != InitialState.BACKUP) {
            return becomeActive(nowNanos);
        }
        return become(
                freshBackup(settings.advertIntervalNanos(), nowNanos),
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
            case Startup ignored -> stay();
        };
    }

    private Transition hearAsBackup(Backup backup, AdvertReceived heard, long nowNanos) {
        if (heard.priority() == 0) {
            long skew =
                    ElectionTimes.skewNanos(
                            settings.version(), priority, backup.activeAdverIntervalNanos());
            backup.activeDownTimer().restart(nowNanos + skew);
            return stay();
        }
        if (heard.priority() >= priority || !settings.preempt()) {
            return follow(backup, heard, null, nowNanos);
        }
        if (settings.preemptDelayNanos() > 0) {
            return hearWeakerWithDelay(backup, heard, nowNanos);
        }
        // Discarded: the timer runs on, and its end is our preemption.
        return stay();
    }

    /** keepalived: until the delay is over a weaker Active counts as a stronger one. */
    private Transition hearWeakerWithDelay(Backup backup, AdvertReceived heard, long nowNanos) {
        Timer delay = backup.preemptDelayTimer();
        if (delay == null) {
            return follow(
                    backup, heard, new Timer(nowNanos + settings.preemptDelayNanos()), nowNanos);
        }
        return delay.isDue(nowNanos) ? stay() : follow(backup, heard, delay, nowNanos);
    }

    private Transition follow(
            Backup backup, AdvertReceived heard, @Nullable Timer preemptDelay, long nowNanos) {
        long interval = learned(heard);
        backup.activeDownTimer().restart(nowNanos + activeDownNanos(interval));
        if (interval == backup.activeAdverIntervalNanos()
                && preemptDelay == backup.preemptDelayTimer()) { // the same timer
            return stay();
        }
        return become(new Backup(backup.activeDownTimer(), preemptDelay, interval), NOTHING);
    }

    /**
     * Version 2 has no learning: {@link lb.vrrp.wire.AdvertCheck} lets only our own interval
     * through.
     */
    private long learned(AdvertReceived heard) {
        return settings.version() == VrrpVersion.V3
                ? heard.intervalNanos()
                : settings.advertIntervalNanos();
    }

    private Transition awaitActive(Backup backup, long nowNanos) {
        backup.activeDownTimer()
                .restart(nowNanos + activeDownNanos(backup.activeAdverIntervalNanos()));
        return stay();
    }

    private Transition changePriorityAsBackup(Backup backup, int changed) {
        long interval = backup.activeAdverIntervalNanos();
        backup.activeDownTimer()
                .shift(
                        ElectionTimes.skewNanos(settings.version(), changed, interval)
                                - ElectionTimes.skewNanos(settings.version(), priority, interval));
        return changePriority(changed);
    }

    private Transition failAsBackup(FaultReason reason) {
        faults.add(reason);
        return become(new Fault(Set.copyOf(faults)), List.of(new Notify(Notification.FAULT)));
    }

    // Active, RFC 9568 section 6.4.3

    private Transition inActive(Active active, Event event, long nowNanos) {
        return switch (event) {
            case AdvertReceived heard -> hearAsActive(active, heard, nowNanos);
            case TimerExpired expired -> expireAsActive(active, nowNanos);
            case Shutdown shutdown ->
                    become(new Initialize(null), ActionLists.leave(true, false, Notification.STOP));
            case PriorityChanged(int changed) -> changePriority(changed);
            case SourceAddressChanged(IpAddress changed) -> changeSource(changed);
            case FaultRaised(FaultReason reason) -> failAsActive(reason);
            case FaultCleared(FaultReason reason) -> forgetFault(reason);
            case StepDown stepDown ->
                    become(
                            freshBackup(settings.advertIntervalNanos(), nowNanos),
                            ActionLists.leave(true, false, Notification.BACKUP));
            case Startup ignored -> stay();
            case TakeOver ignored -> stay();
        };
    }

    private Transition expireAsActive(Active active, long nowNanos) {
        boolean advertDue = active.adverTimer().isDue(nowNanos);
        if (advertDue) {
            restartAfterExpiry(active.adverTimer(), nowNanos);
            active.replyTimer().restart(nowNanos + REPLY_GAP_NANOS);
        }
        int rounds = active.announcements().takeDueRounds(nowNanos);
        if (rounds == 0) {
            return stay(advertDue ? advert : NOTHING);
        }
        Action announce = new Announce(rounds);
        return stay(advertDue ? List.of(advert.getFirst(), announce) : List.of(announce));
    }

    /**
     * From the deadline, not from now, so that small delays do not add up; a long stall is not made
     * up for.
     */
    private void restartAfterExpiry(Timer adverTimer, long nowNanos) {
        long next = adverTimer.deadlineNanos() + settings.advertIntervalNanos();
        adverTimer.restart(next - nowNanos > 0 ? next : nowNanos + settings.advertIntervalNanos());
    }

    private Transition hearAsActive(Active active, AdvertReceived heard, long nowNanos) {
        if (heard.priority() == 0) {
            return stay(reply(active, nowNanos));
        }
        int tie = compareWithSource(heard);
        if (heard.priority() == priority && tie == 0) {
            return stay(List.of(new Report(Alarm.DUPLICATE_SOURCE_ADDRESS)));
        }
        if (heard.priority() > priority || (heard.priority() == priority && tie > 0)) {
            return yieldTo(heard, nowNanos);
        }
        return hearWeaker(active, heard, nowNanos);
    }

    /** Unsigned, in network byte order (RFC 9568 section 6.4.3). */
    private int compareWithSource(AdvertReceived heard) {
        int upper = Long.compareUnsigned(heard.sourceHigh(), source.high());
        return upper != 0 ? upper : Long.compareUnsigned(heard.sourceLow(), source.low());
    }

    private Transition yieldTo(AdvertReceived heard, long nowNanos) {
        List<Action> farewell = settings.higherPrioritySendAdvert() ? advert : NOTHING;
        return become(
                freshBackup(learned(heard), nowNanos),
                ActionLists.stepDown(ownerConflict(heard), farewell));
    }

    /**
     * RFC 9568 section 6.4.3 and keepalived: answer at once, so that the other side steps down and
     * bridges relearn.
     */
    private Transition hearWeaker(Active active, AdvertReceived heard, long nowNanos) {
        List<Action> answer = settings.lowerPriorityNoAdvert() ? NOTHING : reply(active, nowNanos);
        if (!active.announcements().hearLowerPriority(nowNanos)) {
            return stay(answer);
        }
        List<Action> actions = new ArrayList<>(answer);
        if (ownerConflict(heard)) {
            actions.add(new Report(Alarm.OWNER_CONFLICT));
        }
        if (settings.announcements().lowerPriorityRepeat() > 0) {
            actions.add(new Announce(settings.announcements().lowerPriorityRepeat()));
        }
        actions.add(new NotifyLowerPriority(heard.priority()));
        return stay(List.copyOf(actions));
    }

    private boolean ownerConflict(AdvertReceived heard) {
        return heard.priority() == PRIORITY_OWNER && priority == PRIORITY_OWNER;
    }

    /**
     * An advert now; or within the gap none, but then the Adver_Timer comes earlier, never later.
     */
    private List<Action> reply(Active active, long nowNanos) {
        if (!active.replyTimer().isDue(nowNanos)) {
            active.adverTimer().hasten(active.replyTimer().deadlineNanos());
            return NOTHING;
        }
        active.replyTimer().restart(nowNanos + REPLY_GAP_NANOS);
        active.adverTimer().restart(nowNanos + settings.advertIntervalNanos());
        return advert;
    }

    private Transition failAsActive(FaultReason reason) {
        faults.add(reason);
        return become(
                new Fault(Set.copyOf(faults)),
                ActionLists.leave(reason.canSend(), reason.vipsFirst(), Notification.FAULT));
    }

    // Fault, keepalived's addition

    private Transition inFault(Event event, long nowNanos) {
        return switch (event) {
            case FaultRaised(FaultReason reason) -> {
                faults.add(reason);
                yield become(new Fault(Set.copyOf(faults)), NOTHING);
            }
            case FaultCleared(FaultReason reason) -> recover(reason, nowNanos);
            case Shutdown shutdown ->
                    become(new Initialize(null), List.of(new Notify(Notification.STOP)));
            case PriorityChanged(int changed) -> changePriority(changed);
            case SourceAddressChanged(IpAddress changed) -> changeSource(changed);
            case AdvertReceived ignored -> stay();
            case TimerExpired ignored -> stay();
            case Startup ignored -> stay();
            case TakeOver ignored -> stay();
            case StepDown ignored -> stay();
        };
    }

    private Transition recover(FaultReason reason, long nowNanos) {
        faults.remove(reason);
        return faults.isEmpty() ? begin(nowNanos) : become(new Fault(Set.copyOf(faults)), NOTHING);
    }

    // All states

    private Transition becomeActive(long nowNanos) {
        Active active =
                new Active(
                        new Timer(nowNanos + settings.advertIntervalNanos()),
                        new Timer(nowNanos),
                        new AnnouncementSchedule(settings.announcements(), nowNanos));
        return become(
                active, ActionLists.takeOver(advert.getFirst(), settings.announcements().repeat()));
    }

    private Backup freshBackup(long activeAdverIntervalNanos, long nowNanos) {
        return new Backup(
                new Timer(nowNanos + activeDownNanos(activeAdverIntervalNanos)),
                null,
                activeAdverIntervalNanos);
    }

    private long activeDownNanos(long activeAdverIntervalNanos) {
        return ElectionTimes.activeDownNanos(
                settings.version(),
                priority,
                activeAdverIntervalNanos,
                settings.downTimerAdverts());
    }

    private Transition changePriority(int changed) {
        priority = changed;
        advert = List.of(new SendAdvert(changed));
        return stay();
    }

    private Transition changeSource(IpAddress changed) {
        source = changed;
        return stay();
    }

    private Transition noteFault(FaultReason reason) {
        faults.add(reason);
        return stay();
    }

    private Transition forgetFault(FaultReason reason) {
        faults.remove(reason);
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
    @SuppressWarnings(
            "ReferenceEquality") // the same objects come back; equal ones would only cost an
    // allocation
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
