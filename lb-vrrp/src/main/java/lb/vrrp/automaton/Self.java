package lb.vrrp.automaton;

import static lb.vrrp.automaton.VirtualRouterSettings.PRIORITY_OWNER;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import lb.core.wire.IpAddress;
import lb.vrrp.automaton.Action.SendAdvert;
import lb.vrrp.automaton.Event.AdvertReceived;
import lb.vrrp.wire.VrrpVersion;

/**
 * What a virtual router knows of itself whatever its state: settings, effective priority, source
 * address, faults, and the times and lists of actions that follow from them. Owned by the thread of
 * its {@link VirtualRouter}.
 */
final class Self {
    private VirtualRouterSettings settings;
    private final EnumSet<FaultReason> faults = EnumSet.noneOf(FaultReason.class);
    private int priority;
    private IpAddress source;
    private List<Action> advert = List.of();
    private List<Action> periodic = List.of();
    private final List<Action> probe = List.of(new Action.Probe());

    Self(VirtualRouterSettings settings, IpAddress source) {
        this.settings = settings;
        this.source = source;
        priority(settings.priority());
    }

    VirtualRouterSettings settings() {
        return settings;
    }

    void settings(VirtualRouterSettings changed) {
        settings = changed;
    }

    int priority() {
        return priority;
    }

    /**
     * The lists stay the same objects until then: what is sent again and again allocates nothing.
     */
    void priority(int changed) {
        priority = changed;
        SendAdvert send = new SendAdvert(changed);
        advert = List.of(send);
        periodic = List.of(new Action.Probe(), send);
    }

    void source(IpAddress changed) {
        source = changed;
    }

    /** Sends an advert, alone in its list. */
    List<Action> advert() {
        return advert;
    }

    /** Sends an advert that nobody has asked for. */
    List<Action> periodicAdvert() {
        return periodic;
    }

    /** Asks who else has a VIP, alone in its list. */
    List<Action> probe() {
        return probe;
    }

    void raise(FaultReason reason) {
        faults.add(reason);
    }

    void clear(FaultReason reason) {
        faults.remove(reason);
    }

    Set<FaultReason> faults() {
        return faults;
    }

    boolean startsAsActive() {
        return priority == PRIORITY_OWNER && settings.initialState() != InitialState.BACKUP;
    }

    /** Unsigned, in network byte order (RFC 9568 section 6.4.3); above 0: theirs is higher. */
    int compareSource(AdvertReceived heard) {
        int upper = Long.compareUnsigned(heard.sourceHigh(), source.high());
        return upper != 0 ? upper : Long.compareUnsigned(heard.sourceLow(), source.low());
    }

    boolean ownerConflict(AdvertReceived heard) {
        return heard.priority() == PRIORITY_OWNER && priority == PRIORITY_OWNER;
    }

    /**
     * Version 2 has no learning: {@link lb.vrrp.wire.AdvertCheck} lets only our own interval
     * through.
     */
    long learned(AdvertReceived heard) {
        return settings.version() == VrrpVersion.V3
                ? heard.intervalNanos()
                : settings.advertIntervalNanos();
    }

    long skewNanos(long activeAdverIntervalNanos) {
        return ElectionTimes.skewNanos(settings.version(), priority, activeAdverIntervalNanos);
    }

    long activeDownNanos(long activeAdverIntervalNanos) {
        return activeDownNanos(settings, activeAdverIntervalNanos);
    }

    /** The same with other settings, but with the effective priority there is. */
    long activeDownNanos(VirtualRouterSettings others, long activeAdverIntervalNanos) {
        return ElectionTimes.activeDownNanos(
                others.version(), priority, activeAdverIntervalNanos, others.downTimerAdverts());
    }

    State.Backup freshBackup(long activeAdverIntervalNanos, long nowNanos) {
        return new State.Backup(
                new Timer(nowNanos + activeDownNanos(activeAdverIntervalNanos)),
                null,
                activeAdverIntervalNanos);
    }

    State.Active freshActive(long nowNanos) {
        return new State.Active(
                new Timer(nowNanos + settings.advertIntervalNanos()),
                new Timer(nowNanos),
                new AnnouncementSchedule(settings.announcements(), nowNanos));
    }
}
