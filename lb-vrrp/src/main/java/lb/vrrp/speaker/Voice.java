package lb.vrrp.speaker;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import lb.core.wire.IpAddress;
import lb.vrrp.automaton.Action;
import lb.vrrp.automaton.Event;
import lb.vrrp.automaton.Event.AdvertReceived;
import lb.vrrp.automaton.FaultReason;
import lb.vrrp.automaton.State;
import lb.vrrp.automaton.SyncGroup;
import lb.vrrp.automaton.Transition;
import lb.vrrp.automaton.VirtualRouter;
import lb.vrrp.wire.AddressClaim;
import lb.vrrp.wire.AdvertCheck;
import lb.vrrp.wire.AdvertVerdict;
import lb.vrrp.wire.AdvertView;
import lb.vrrp.wire.IpFamily;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One virtual router between its wire and its automaton: judges what is heard, sends adverts, hands
 * other actions to the listener. Owned by the speaker's thread.
 */
final class Voice {
    private static final Logger LOG = LoggerFactory.getLogger(Voice.class);
    private static final Event EXPIRED = new Event.TimerExpired();

    /** A worker's turn under load, and a pause of the whole process, stay below this. */
    private static final long LEAST_SILENCE_NANOS = 500_000_000L;

    private final SpeakerListener listener;
    private final Wire wire;
    private final VirtualRouter router;
    private AdvertCheck check;
    private final AdvertSender sender;
    private final EnumSet<FaultReason> faults = EnumSet.noneOf(FaultReason.class);
    private final DropLog drops = new DropLog();
    private final ClaimLog claims = new ClaimLog();
    private final RateLimit reportLimit = new RateLimit();
    private final RateLimit listenerLimit = new RateLimit();

    private VrrpInstance instance;
    private @Nullable Choir choir;
    private boolean wants;
    private boolean tracksLink = true;
    private State state;
    private long stateSinceNanos;
    private @Nullable AdvertReceived heard;
    private long becameActive;
    private long releasedActive;
    private long fenced;

    /**
     * A virtual router in Initialize.
     *
     * @param packet room for one packet of its format, for ever
     */
    Voice(VrrpInstance instance, Wire wire, SpeakerListener listener, long packet, long nowNanos) {
        this.instance = instance;
        this.wire = wire;
        this.listener = listener;
        router = new VirtualRouter(instance.router(), AdvertSender.unspecified(instance));
        check = new AdvertCheck(instance.format(), List.of());
        sender = new AdvertSender(wire, instance, packet);
        state = router.state();
        stateSinceNanos = nowNanos;
        check.listening(false);
    }

    VrrpInstance instance() {
        return instance;
    }

    /** Whether it can go on as {@code other}. */
    boolean canBecome(VrrpInstance other) {
        return instance.canBecome(other);
    }

    /** Goes on as one that {@link #canBecome} allows. */
    void become(VrrpInstance other, long nowNanos) {
        if (!other.format().equals(instance.format())) {
            check = check.withFormat(other.format());
        }
        if (!other.router().equals(instance.router())) {
            router.reconfigure(other.router(), nowNanos);
        }
        sender.become(other);
        instance = other;
    }

    /** Sings in a sync group from now on, or alone. */
    void join(@Nullable Choir other) {
        choir = other;
    }

    /** How it stands within its group. */
    SyncGroup.Member asMember() {
        boolean held = faults.contains(FaultReason.SYNC_GROUP);
        boolean faulty = faults.size() > (held ? 1 : 0);
        return new SyncGroup.Member(SyncGroup.Stand.of(state), faulty, held, wants);
    }

    /** Takes in what trackers find. */
    void stand(Standing standing, long nowNanos) {
        tracksLink = standing.tracksLink();
        if (standing.priority() != router.priority()) {
            LOG.info(
                    "({}) effective priority {} -> {}",
                    instance.name(),
                    router.priority(),
                    standing.priority());
            // First, so that what this change leads to is reported with the new priority.
            listener.onPriority(instance, standing.priority(), state.keyword());
            on(new Event.PriorityChanged(standing.priority()), nowNanos);
        }
        for (FaultReason reason : Standing.REASONS) {
            raise(reason, standing.faults().contains(reason), nowNanos);
        }
    }

    /** Carries out once more what belongs to owning the VIPs, after these have changed. */
    void ownAgain(long nowNanos) {
        if (state instanceof State.Active) {
            perform(new Action.OpenGate(), nowNanos);
            perform(new Action.AcceptVips(), nowNanos);
            perform(new Action.Announce(instance.router().announcements().repeat()), nowNanos);
        }
    }

    Wire wire() {
        return wire;
    }

    State state() {
        return state;
    }

    long nanosToDeadline(long nowNanos) {
        return router.nanosToDeadline(nowNanos);
    }

    void expire(long nowNanos) {
        if (choir != null && state instanceof State.Backup) {
            wants = true;
            choir.wants(this, nowNanos);
        } else {
            on(EXPIRED, nowNanos);
        }
    }

    /** Takes in how the interface stands; null when there is none. */
    void onLink(@Nullable LinkSight sight, long nowNanos) {
        IpFamily family = instance.format().family();
        check.ownAddresses(sight == null ? List.of() : sight.addresses(family));
        IpAddress now = source(sight);
        boolean another = now != null && !now.equals(sender.source());
        sender.source(now);
        if (now != null && another) {
            on(new Event.SourceAddressChanged(now), nowNanos);
        }
        boolean down = sight == null || !sight.up();
        raise(FaultReason.INTERFACE_DOWN, tracksLink && down, nowNanos);
        raise(FaultReason.SOURCE_ADDRESS_MISSING, now == null, nowNanos);
    }

    private @Nullable IpAddress source(@Nullable LinkSight sight) {
        if (instance.source() != null) {
            return instance.source();
        }
        return sight == null
                ? null
                : sight.sources(instance.format().family()).stream().findFirst().orElse(null);
    }

    /** Notes a fault, or that it is over; what is known already changes nothing. */
    void raise(FaultReason reason, boolean faulty, long nowNanos) {
        if (faulty && faults.add(reason)) {
            LOG.warn("({}) fault: {}", instance.name(), reason);
            on(new Event.FaultRaised(reason), nowNanos);
        } else if (!faulty && faults.remove(reason)) {
            LOG.info("({}) fault over: {}", instance.name(), reason);
            on(new Event.FaultCleared(reason), nowNanos);
        } else {
            return;
        }
        if (choir != null && reason != FaultReason.SYNC_GROUP) {
            choir.faultsChanged(nowNanos);
        }
    }

    /**
     * How late an advert may be: then even the weakest peer has taken over, its
     * Active_Down_Interval being at most one interval longer and counted from the advert before.
     */
    private long takeoverNanos() {
        return instance.router().downTimerAdverts() * instance.router().advertIntervalNanos();
    }

    /**
     * Gives ownership up when the data plane has not shown a sign of life for as long as peers wait
     * for adverts, or when this thread itself was held up for so long; takes part again when all is
     * well.
     */
    void fence(long dataPlaneSilentNanos, long nowNanos) {
        giveUpIfLate(nowNanos);
        boolean silent = dataPlaneSilentNanos > Math.max(LEAST_SILENCE_NANOS, takeoverNanos());
        if (silent && faults.add(FaultReason.FENCED)) {
            fenced++;
            handle(new Event.FaultRaised(FaultReason.FENCED), nowNanos);
            LOG.error(
                    "({}) the data plane has not answered for {} ms: fenced, the VIPs are given up",
                    instance.name(),
                    dataPlaneSilentNanos / 1_000_000);
        } else if (!silent && faults.remove(FaultReason.FENCED)) {
            LOG.info("({}) the data plane answers again", instance.name());
            handle(new Event.FaultCleared(FaultReason.FENCED), nowNanos);
        }
    }

    /** Whoever stood still as Active is no longer: by now the VIPs are another router's. */
    private void giveUpIfLate(long nowNanos) {
        if (!(state instanceof State.Active active)) {
            return;
        }
        long lateNanos = nowNanos - active.adverTimer().deadlineNanos();
        if (lateNanos > takeoverNanos()) {
            fenced++;
            handle(new Event.FaultRaised(FaultReason.STALLED), nowNanos);
            handle(new Event.FaultCleared(FaultReason.STALLED), nowNanos);
            LOG.error(
                    "({}) an advert was {} ms late, so that others have taken over: fenced, the VIPs"
                            + " are given up",
                    instance.name(),
                    lateNanos / 1_000_000);
        }
    }

    /** Hears an advert of its VRID. */
    void hear(AdvertView advert, long nowNanos) {
        AdvertVerdict verdict = check.check(advert);
        if (verdict != AdvertVerdict.ACCEPTED) {
            drops.dropped(instance, verdict, advert, nowNanos);
            return;
        }
        heard =
                AdvertReceived.reusing(
                        heard,
                        advert.priority(),
                        advert.intervalNanos(),
                        advert.sourceHigh(),
                        advert.sourceLow());
        long before = router.nanosToDeadline(nowNanos);
        on(heard, nowNanos);
        // A timer that was put off: there is an Active that we accept.
        wants &= router.nanosToDeadline(nowNanos) <= before;
    }

    /**
     * Hears that another machine says that the probed VIP is its own; of an Active that is true.
     */
    void hearClaim(AddressClaim claim, AddressClaim.Verdict verdict, long nowNanos) {
        if (!(state instanceof State.Active) || !claims.count(verdict)) {
            return;
        }
        boolean solicited = claim.isAnswer() && sender.hasJustAsked(nowNanos);
        on(new Event.VipClaimed(claim.mac(), solicited), nowNanos);
        if (state instanceof State.Active) {
            claims.tell(instance, claim.mac(), nowNanos);
        }
    }

    /** Gives the automaton an event and carries out what it decides. */
    void on(Event event, long nowNanos) {
        // The process may have been stopped anywhere, also between hearing and sending.
        giveUpIfLate(nowNanos);
        handle(event, nowNanos);
    }

    @SuppressWarnings(
            "ReferenceEquality") // the automaton gives the same object while nothing changes
    private void handle(Event event, long nowNanos) {
        Transition transition = router.on(event, nowNanos);
        State before = state;
        if (transition.state() != before) {
            enter(transition.state(), nowNanos);
        }
        List<Action> actions = transition.actions();
        for (int i = 0; i < actions.size(); i++) {
            perform(actions.get(i), nowNanos);
        }
        // Last: nobody waits for the log.
        if (state != before && !state.keyword().equals(before.keyword())) {
            LOG.info("({}) {} -> {}", instance.name(), before.keyword(), state.keyword());
        }
        if (choir != null && before != state) {
            choir.moved(this, before, nowNanos);
        }
    }

    private void enter(State next, long nowNanos) {
        boolean wasActive = state instanceof State.Active;
        boolean isActive = next instanceof State.Active;
        if (!state.keyword().equals(next.keyword())) {
            stateSinceNanos = nowNanos;
        }
        if (isActive && !wasActive) {
            becameActive++;
        } else if (wasActive && !isActive) {
            releasedActive++;
        }
        state = next;
        wants &= next instanceof State.Backup;
        check.listening(isActive || next instanceof State.Backup);
    }

    private void perform(Action action, long nowNanos) {
        if (action instanceof Action.SendAdvert(int priority)) {
            sender.advert(priority, check.formToSend(), nowNanos);
            return;
        }
        if (action instanceof Action.Probe) {
            sender.probe(nowNanos);
            return;
        }
        if (action instanceof Action.Report(Action.Alarm alarm) && reportLimit.allows(nowNanos)) {
            LOG.warn("({}) {}{}", instance.name(), alarm, reportLimit.leftOut());
        }
        try {
            listener.onAction(instance, action);
        } catch (RuntimeException e) {
            if (listenerLimit.allows(nowNanos)) {
                LOG.error("({}) {} failed{}", instance.name(), action, listenerLimit.leftOut(), e);
            }
        }
    }

    VrrpStatus status(long nowNanos) {
        long own = instance.format().advertIntervalNanos();
        return new VrrpStatus(
                instance,
                state.keyword(),
                router.priority(),
                state instanceof State.Backup backup ? backup.activeAdverIntervalNanos() : own,
                text(sender.source()),
                active(),
                nowNanos - stateSinceNanos,
                state instanceof State.Fault(var reasons)
                        ? reasons.stream().map(Enum::name).sorted().collect(Collectors.joining(" "))
                        : "",
                counters());
    }

    private static @Nullable String text(@Nullable IpAddress address) {
        return address == null ? null : address.toString();
    }

    private @Nullable String active() {
        if (state instanceof State.Active) {
            return text(sender.source());
        }
        boolean known = state instanceof State.Backup && heard != null && heard.priority() > 0;
        return known && heard != null
                ? new IpAddress(heard.sourceHigh(), heard.sourceLow()).toString()
                : null;
    }

    private Map<String, Long> counters() {
        Map<String, Long> counters = new LinkedHashMap<>();
        counters.put("advertisements_sent", sender.adverts());
        counters.put("advertisements_received", check.counters().of(AdvertVerdict.ACCEPTED));
        counters.put("became_master", becameActive);
        counters.put("released_master", releasedActive);
        counters.put("priority_zero_sent", sender.priorityZero());
        counters.put("priority_zero_received", check.counters().priorityZero());
        counters.put("send_errors", sender.errors());
        counters.put("fenced", fenced);
        counters.put("vip_probes_sent", sender.probes());
        counters.put("vip_claims_by_others", claims.claims());
        counters.put("vip_claims_malformed", claims.malformed());
        for (AdvertVerdict verdict : AdvertVerdict.values()) {
            boolean dropped =
                    verdict != AdvertVerdict.ACCEPTED && verdict != AdvertVerdict.UNCHECKED;
            if (dropped) {
                counters.putIfAbsent(
                        "dropped_" + verdict.counterName(),
                        check.counters().named(verdict.counterName()));
            }
        }
        return counters;
    }
}
