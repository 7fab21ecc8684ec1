package lb.vrrp.speaker;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import lb.core.linux.Errno;
import lb.core.linux.Link;
import lb.core.wire.IpAddress;
import lb.vrrp.automaton.Action;
import lb.vrrp.automaton.Event;
import lb.vrrp.automaton.Event.AdvertReceived;
import lb.vrrp.automaton.FaultReason;
import lb.vrrp.automaton.State;
import lb.vrrp.automaton.Transition;
import lb.vrrp.automaton.VirtualRouter;
import lb.vrrp.wire.AdvertCheck;
import lb.vrrp.wire.AdvertEncoder;
import lb.vrrp.wire.AdvertFormat;
import lb.vrrp.wire.AdvertVerdict;
import lb.vrrp.wire.AdvertView;
import lb.vrrp.wire.IpFamily;
import lb.vrrp.wire.UnicastPeer;
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

    private final SpeakerListener listener;
    private final Wire wire;
    private final VirtualRouter router;
    private final AdvertCheck check;
    private final AdvertEncoder encoder;
    private final long packet;
    private final EnumSet<FaultReason> faults = EnumSet.noneOf(FaultReason.class);
    private final EnumMap<AdvertVerdict, RateLimit> dropLimits = new EnumMap<>(AdvertVerdict.class);
    private final RateLimit sendLimit = new RateLimit();
    private final RateLimit reportLimit = new RateLimit();
    private final RateLimit listenerLimit = new RateLimit();

    private VrrpInstance instance;
    private State state;
    private long stateSinceNanos;
    private @Nullable AdvertReceived heard;
    private @Nullable IpAddress source;
    private long sent;
    private long priorityZeroSent;
    private long sendErrors;
    private long becameActive;
    private long releasedActive;

    /**
     * A virtual router in Initialize.
     *
     * @param packet room for one packet of its format, for ever
     */
    Voice(VrrpInstance instance, Wire wire, SpeakerListener listener, long packet, long nowNanos) {
        this.instance = instance;
        this.wire = wire;
        this.listener = listener;
        this.packet = packet;
        IpAddress unspecified =
                instance.format().family() == IpFamily.IPV4
                        ? IpAddress.ofIpv4(0)
                        : new IpAddress(0, 0);
        router = new VirtualRouter(instance.router(), unspecified);
        check = new AdvertCheck(instance.format(), List.of());
        encoder = new AdvertEncoder(instance.format(), unspecified, Link.NO_MAC);
        state = router.state();
        stateSinceNanos = nowNanos;
        check.listening(false);
    }

    VrrpInstance instance() {
        return instance;
    }

    /** Whether it can go on as {@code other}: the same but for the priority. */
    boolean canBecome(VrrpInstance other) {
        return instance.equals(other.withPriority(instance.router().priority()));
    }

    /** Goes on as one that {@link #canBecome} allows. */
    void become(VrrpInstance other, long nowNanos) {
        boolean changed = instance.router().priority() != other.router().priority();
        instance = other;
        if (changed) {
            on(new Event.PriorityChanged(other.router().priority()), nowNanos);
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
        on(EXPIRED, nowNanos);
    }

    /** Takes in how the interface stands; null when there is none. */
    void onLink(@Nullable LinkSight sight, long nowNanos) {
        IpFamily family = instance.format().family();
        check.ownAddresses(sight == null ? List.of() : sight.addresses(family));
        IpAddress now = source(sight);
        if (now != null && !now.equals(source)) {
            encoder.source(now);
            on(new Event.SourceAddressChanged(now), nowNanos);
        }
        source = now;
        raise(FaultReason.INTERFACE_DOWN, sight == null || !sight.up(), nowNanos);
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

    private void raise(FaultReason reason, boolean faulty, long nowNanos) {
        if (faulty && faults.add(reason)) {
            on(new Event.FaultRaised(reason), nowNanos);
        } else if (!faulty && faults.remove(reason)) {
            on(new Event.FaultCleared(reason), nowNanos);
        }
    }

    /** Hears an advert of its VRID. */
    void hear(AdvertView advert, long nowNanos) {
        AdvertVerdict verdict = check.check(advert);
        if (verdict != AdvertVerdict.ACCEPTED) {
            logDrop(verdict, advert, nowNanos);
            return;
        }
        heard =
                AdvertReceived.reusing(
                        heard,
                        advert.priority(),
                        advert.intervalNanos(),
                        advert.sourceHigh(),
                        advert.sourceLow());
        on(heard, nowNanos);
    }

    private void logDrop(AdvertVerdict verdict, AdvertView advert, long nowNanos) {
        if (verdict == AdvertVerdict.NOT_LISTENING) {
            return;
        }
        RateLimit limit = dropLimits.get(verdict);
        if (limit == null) {
            limit = new RateLimit();
            dropLimits.put(verdict, limit);
        }
        if (limit.allows(nowNanos)) {
            LOG.warn(
                    "({}) advert from {} dropped: {}{}",
                    instance.name(),
                    new IpAddress(advert.sourceHigh(), advert.sourceLow()),
                    verdict,
                    limit.leftOut());
        }
    }

    /** Gives the automaton an event and carries out what it decides. */
    @SuppressWarnings(
            "ReferenceEquality") // the automaton gives the same object while nothing changes
    void on(Event event, long nowNanos) {
        Transition transition = router.on(event, nowNanos);
        if (transition.state() != state) {
            enter(transition.state(), nowNanos);
        }
        List<Action> actions = transition.actions();
        for (int i = 0; i < actions.size(); i++) {
            perform(actions.get(i), nowNanos);
        }
    }

    private void enter(State next, long nowNanos) {
        boolean wasActive = state instanceof State.Active;
        boolean isActive = next instanceof State.Active;
        if (!state.keyword().equals(next.keyword())) {
            stateSinceNanos = nowNanos;
            LOG.info("({}) {} -> {}", instance.name(), state.keyword(), next.keyword());
        }
        if (isActive && !wasActive) {
            becameActive++;
        } else if (wasActive && !isActive) {
            releasedActive++;
        }
        state = next;
        check.listening(isActive || next instanceof State.Backup);
    }

    private void perform(Action action, long nowNanos) {
        if (action instanceof Action.SendAdvert(int priority)) {
            send(priority, nowNanos);
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

    private void send(int priority, long nowNanos) {
        AdvertFormat format = instance.format();
        encoder.checksumForm(check.formToSend());
        if (format.isUnicast()) {
            List<UnicastPeer> peers = format.unicastPeers();
            for (int i = 0; i < peers.size(); i++) {
                IpAddress peer = peers.get(i).address();
                int length = encoder.packet(packet, priority, peer.high(), peer.low());
                send(length, peer, nowNanos);
            }
        } else {
            send(encoder.packet(packet, priority), format.group(), nowNanos);
        }
        sent++;
        if (priority == 0) {
            priorityZeroSent++;
        }
    }

    private void send(int length, IpAddress to, long nowNanos) {
        int result = wire.send(packet, length, to.high(), to.low());
        if (result < 0) {
            sendErrors++;
            if (sendLimit.allows(nowNanos)) {
                LOG.warn(
                        "({}) advert to {} not sent: {}{}",
                        instance.name(),
                        to,
                        Errno.text(-result),
                        sendLimit.leftOut());
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
                source == null ? null : source.toString(),
                active(),
                nowNanos - stateSinceNanos,
                state instanceof State.Fault(var reasons)
                        ? reasons.stream().map(Enum::name).sorted().collect(Collectors.joining(" "))
                        : "",
                counters());
    }

    private @Nullable String active() {
        if (state instanceof State.Active) {
            return source == null ? null : source.toString();
        }
        boolean known = state instanceof State.Backup && heard != null && heard.priority() > 0;
        return known && heard != null
                ? new IpAddress(heard.sourceHigh(), heard.sourceLow()).toString()
                : null;
    }

    private Map<String, Long> counters() {
        Map<String, Long> counters = new LinkedHashMap<>();
        counters.put("advertisements_sent", sent);
        counters.put("advertisements_received", check.counters().of(AdvertVerdict.ACCEPTED));
        counters.put("became_master", becameActive);
        counters.put("released_master", releasedActive);
        counters.put("priority_zero_sent", priorityZeroSent);
        counters.put("priority_zero_received", check.counters().priorityZero());
        counters.put("send_errors", sendErrors);
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
