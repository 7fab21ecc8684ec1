package lb.vrrp.automaton;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import lb.core.wire.IpAddress;
import lb.vrrp.automaton.Action.AcceptVips;
import lb.vrrp.automaton.Action.Alarm;
import lb.vrrp.automaton.Action.Announce;
import lb.vrrp.automaton.Action.CancelAnnouncements;
import lb.vrrp.automaton.Action.CloseGate;
import lb.vrrp.automaton.Action.Notification;
import lb.vrrp.automaton.Action.Notify;
import lb.vrrp.automaton.Action.NotifyLowerPriority;
import lb.vrrp.automaton.Action.OpenGate;
import lb.vrrp.automaton.Action.ReleaseVips;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each state × each event: the next state, the exact actions in order, and the time left until the
 * next timer. Section numbers are RFC 9568's; "KA" is keepalived's behaviour, "lb" our own
 * decision.
 *
 * <p>Every row starts in its state half a second ago, just before the clock runs over the end of
 * its range.
 */
class VirtualRouterMatrixTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long THEN = Long.MAX_VALUE - SECOND;
    private static final long HALF = SECOND / 2;
    private static final long SKEW = 156 * SECOND / 256;
    private static final long DOWN = 3 * SECOND + SKEW;
    private static final long NEVER = Long.MAX_VALUE;
    private static final IpAddress OWN = IpAddress.parse("10.9.0.128");
    private static final IpAddress LOWER = IpAddress.parse("10.9.0.3");

    /** Higher only if bytes count as unsigned. */
    private static final IpAddress HIGHER = IpAddress.parse("200.9.0.1");

    private enum From {
        INITIALIZE,
        STARTUP_DELAY,
        BACKUP,
        BACKUP_DELAYING,
        ACTIVE,
        FAULT,
        FAULT_TWICE
    }

    record Row(
            String name,
            From from,
            UnaryOperator<VirtualRouterSettings.Builder> settings,
            Event event,
            long afterNanos,
            Class<? extends State> state,
            long leftNanos,
            List<Action> actions) {
        @Override
        public String toString() {
            return name;
        }

        Row with(UnaryOperator<VirtualRouterSettings.Builder> more) {
            return new Row(name, from, more, event, afterNanos, state, leftNanos, actions);
        }

        Row after(long nanos) {
            return new Row(name, from, settings, event, nanos, state, leftNanos, actions);
        }
    }

    static Stream<Row> rows() {
        return Stream.of(
                        initialize(),
                        backup(),
                        preemption(),
                        active(),
                        activeHears(),
                        leaving(),
                        fault())
                .flatMap(List::stream);
    }

    private static List<Row> initialize() {
        From from = From.INITIALIZE;
        Action[] clean = {new CloseGate(), new ReleaseVips(), notify(Notification.BACKUP)};
        return List.of(
                row(
                        "6.4.1 (130) startup: Backup, a full interval",
                        from,
                        new Startup(),
                        Backup.class,
                        DOWN,
                        clean),
                row(
                                "6.4.1 (110) startup of the owner",
                                from,
                                new Startup(),
                                Active.class,
                                SECOND,
                                takeOver(255))
                        .with(s -> s.priority(255)),
                row(
                                "KA 8.2 owner with state BACKUP waits",
                                from,
                                new Startup(),
                                Backup.class,
                                3_003_906_250L,
                                clean)
                        .with(s -> s.priority(255).initialState(InitialState.BACKUP)),
                row("KA 8.2 state MASTER is a hint", from, new Startup(), Backup.class, DOWN, clean)
                        .with(s -> s.initialState(InitialState.MASTER)),
                row(
                                "KA 8.1 down_timer_adverts 2",
                                from,
                                new Startup(),
                                Backup.class,
                                DOWN - SECOND,
                                clean)
                        .with(s -> s.downTimerAdverts(2)),
                row(
                                "KA 8.2 startup delay",
                                from,
                                new Startup(),
                                Initialize.class,
                                7 * SECOND,
                                new CloseGate(),
                                new ReleaseVips())
                        .with(s -> s.startupDelayNanos(7 * SECOND)),
                row(
                        "KA 8.2 startup delay runs",
                        From.STARTUP_DELAY,
                        new TimerExpired(),
                        Initialize.class,
                        HALF),
                row(
                                "KA 8.2 startup delay ends",
                                From.STARTUP_DELAY,
                                new TimerExpired(),
                                Backup.class,
                                DOWN,
                                clean)
                        .after(SECOND),
                row(
                        "lb no second startup",
                        From.STARTUP_DELAY,
                        new Startup(),
                        Initialize.class,
                        HALF),
                row(
                        "lb shutdown ends the delay",
                        From.STARTUP_DELAY,
                        new Shutdown(),
                        Initialize.class,
                        NEVER),
                row(
                        "6.4.1 adverts are not heard",
                        from,
                        hear(200, HIGHER),
                        Initialize.class,
                        NEVER),
                row("6.4.1 no timer runs", from, new TimerExpired(), Initialize.class, NEVER),
                row("6.4.1 shutdown", from, new Shutdown(), Initialize.class, NEVER),
                row(
                        "KA 8.8 weights count already",
                        from,
                        new PriorityChanged(50),
                        Initialize.class,
                        NEVER),
                row("lb address", from, new SourceAddressChanged(LOWER), Initialize.class, NEVER),
                row(
                        "KA 8.7 fault before startup",
                        from,
                        fail(FaultReason.TRACKED_FILE),
                        Initialize.class,
                        NEVER),
                row(
                        "KA 8.7 clear before startup",
                        from,
                        clear(FaultReason.TRACKED_FILE),
                        Initialize.class,
                        NEVER),
                row("KA 8.9 group", from, new TakeOver(), Initialize.class, NEVER),
                row("KA 8.9 group", from, new StepDown(), Initialize.class, NEVER));
    }

    private static List<Row> backup() {
        From from = From.BACKUP;
        return List.of(
                row(
                        "6.4.2 (300) shutdown",
                        from,
                        new Shutdown(),
                        Initialize.class,
                        NEVER,
                        notify(Notification.STOP)),
                row("6.4.2 timer runs", from, new TimerExpired(), Backup.class, DOWN - HALF),
                row("6.4.2 timer one ns early", from, new TimerExpired(), Backup.class, 1)
                        .after(DOWN - 1),
                row(
                                "6.4.2 (305) timer expires",
                                from,
                                new TimerExpired(),
                                Active.class,
                                SECOND,
                                takeOver(100))
                        .after(DOWN),
                row("6.4.2 (345) priority 0: skew", from, hear(0, LOWER), Backup.class, SKEW),
                row("6.4.2 (355) higher", from, hear(101, LOWER), Backup.class, DOWN),
                row(
                        "6.4.2 (355) equal never compares addresses",
                        from,
                        hear(100, LOWER),
                        Backup.class,
                        DOWN),
                row(
                        "6.4.2 (355) equal, higher address",
                        from,
                        hear(100, HIGHER),
                        Backup.class,
                        DOWN),
                row(
                        "6.4.2 (365) lower: the timer runs on",
                        from,
                        hear(99, HIGHER),
                        Backup.class,
                        DOWN - HALF),
                row(
                        "6.4.2 (360) learns 0.5 s",
                        from,
                        new AdvertReceived(200, HALF, HIGHER.high(), HIGHER.low()),
                        Backup.class,
                        3 * HALF + SKEW / 2),
                row(
                        "6.4.2 (345) priority 0 teaches no interval",
                        from,
                        new AdvertReceived(0, HALF, HIGHER.high(), HIGHER.low()),
                        Backup.class,
                        SKEW),
                row(
                        "KA 8.8 lower priority moves the timer",
                        from,
                        new PriorityChanged(50),
                        Backup.class,
                        3_304_687_500L),
                row(
                        "KA 8.8 higher priority moves it",
                        from,
                        new PriorityChanged(254),
                        Backup.class,
                        2_507_812_500L),
                row("lb address", from, new SourceAddressChanged(LOWER), Backup.class, DOWN - HALF),
                row(
                        "KA 8.7 fault",
                        from,
                        fail(FaultReason.INTERFACE_DOWN),
                        Fault.class,
                        NEVER,
                        notify(Notification.FAULT)),
                row(
                        "KA 8.7 no fault to clear",
                        from,
                        clear(FaultReason.FENCED),
                        Backup.class,
                        DOWN - HALF),
                row("lb no second startup", from, new Startup(), Backup.class, DOWN - HALF),
                row(
                        "KA 8.9 group takes over",
                        from,
                        new TakeOver(),
                        Active.class,
                        SECOND,
                        takeOver(100)),
                row("KA 8.9 group waits", from, new StepDown(), Backup.class, DOWN));
    }

    private static List<Row> preemption() {
        From from = From.BACKUP;
        From delaying = From.BACKUP_DELAYING;
        UnaryOperator<VirtualRouterSettings.Builder> delay = s -> s.preemptDelayNanos(3 * SECOND);
        return List.of(
                row(
                                "6.4.2 (355) nopreempt: lower counts",
                                from,
                                hear(99, LOWER),
                                Backup.class,
                                DOWN)
                        .with(s -> s.preempt(false)),
                row("6.4.2 (345) nopreempt: priority 0", from, hear(0, LOWER), Backup.class, SKEW)
                        .with(s -> s.preempt(false)),
                row(
                                "KA 8.3 preempt_delay: the first lower",
                                from,
                                hear(99, LOWER),
                                Backup.class,
                                DOWN)
                        .with(delay),
                row(
                                "KA 8.3 preempt_delay runs: lower counts",
                                delaying,
                                hear(99, LOWER),
                                Backup.class,
                                DOWN)
                        .with(delay),
                row(
                                "KA 8.3 preempt_delay over: lower is discarded",
                                delaying,
                                hear(99, LOWER),
                                Backup.class,
                                DOWN - 3 * SECOND)
                        .with(delay)
                        .after(3 * SECOND),
                row(
                                "KA 8.3 preempt_delay: higher counts",
                                delaying,
                                hear(101, LOWER),
                                Backup.class,
                                DOWN)
                        .with(delay)
                        .after(3 * SECOND),
                row(
                                "KA 8.3 no Active: no delay",
                                from,
                                new TimerExpired(),
                                Active.class,
                                SECOND,
                                takeOver(100))
                        .with(delay)
                        .after(DOWN));
    }

    private static List<Row> active() {
        From from = From.ACTIVE;
        return List.of(
                row("6.4.3 timer runs", from, new TimerExpired(), Active.class, HALF),
                row(
                                "6.4.3 (610) timer expires",
                                from,
                                new TimerExpired(),
                                Active.class,
                                SECOND,
                                advert(100))
                        .after(SECOND),
                row(
                                "lb a late advert does not shift the next",
                                from,
                                new TimerExpired(),
                                Active.class,
                                3 * SECOND / 4,
                                advert(100))
                        .after(SECOND + SECOND / 4),
                row(
                                "lb missed adverts are not made up for",
                                from,
                                new TimerExpired(),
                                Active.class,
                                SECOND,
                                advert(100))
                        .after(3 * SECOND),
                row(
                                "KA 8.4 second set with the advert",
                                from,
                                new TimerExpired(),
                                Active.class,
                                SECOND,
                                advert(100),
                                new Announce(5))
                        .after(5 * SECOND),
                row(
                        "KA 8.8 priority shows in the next advert",
                        from,
                        new PriorityChanged(50),
                        Active.class,
                        HALF),
                row("lb address", from, new SourceAddressChanged(LOWER), Active.class, HALF),
                row(
                        "KA 8.7 no fault to clear",
                        from,
                        clear(FaultReason.FENCED),
                        Active.class,
                        HALF),
                row("lb no second startup", from, new Startup(), Active.class, HALF),
                row("KA 8.9 already there", from, new TakeOver(), Active.class, HALF));
    }

    private static List<Row> activeHears() {
        From from = From.ACTIVE;
        Action[] answer = {advert(100), new Announce(5), new NotifyLowerPriority(99)};
        Action[] tieAnswer = {advert(100), new Announce(5), new NotifyLowerPriority(100)};
        Action[] yield = {
            new CloseGate(),
            new CancelAnnouncements(),
            new ReleaseVips(),
            advert(100),
            notify(Notification.BACKUP)
        };
        Action[] silentYield = {
            new CloseGate(),
            new CancelAnnouncements(),
            new ReleaseVips(),
            notify(Notification.BACKUP)
        };
        Action[] ownerYield = {
            new Report(Alarm.OWNER_CONFLICT),
            new CloseGate(),
            new CancelAnnouncements(),
            new ReleaseVips(),
            advert(255),
            notify(Notification.BACKUP)
        };
        return List.of(
                row(
                        "6.4.3 (635) priority 0: advert at once",
                        from,
                        hear(0, HIGHER),
                        Active.class,
                        SECOND,
                        advert(100)),
                row(
                        "6.4.3 (645) higher: Backup",
                        from,
                        hear(101, LOWER),
                        Backup.class,
                        DOWN,
                        yield),
                row(
                                "KA 8.5 higher, no farewell",
                                from,
                                hear(101, LOWER),
                                Backup.class,
                                DOWN,
                                silentYield)
                        .with(s -> s.higherPrioritySendAdvert(false)),
                row(
                        "6.4.3 (645) equal, higher address, unsigned",
                        from,
                        hear(100, HIGHER),
                        Backup.class,
                        DOWN,
                        yield),
                row(
                        "6.4.3 (660) learns the winner's interval",
                        from,
                        new AdvertReceived(200, HALF, LOWER.high(), LOWER.low()),
                        Backup.class,
                        3 * HALF + SKEW / 2,
                        yield),
                row(
                        "6.4.3 (705) lower: advert at once",
                        from,
                        hear(99, HIGHER),
                        Active.class,
                        SECOND,
                        answer),
                row(
                        "6.4.3 (705) equal, lower address",
                        from,
                        hear(100, LOWER),
                        Active.class,
                        SECOND,
                        tieAnswer),
                row(
                                "KA 8.5 lower_prio_no_advert leaves the timer",
                                from,
                                hear(99, HIGHER),
                                Active.class,
                                HALF,
                                new Announce(5),
                                new NotifyLowerPriority(99))
                        .with(s -> s.lowerPriorityNoAdvert(true)),
                row(
                                "KA 8.4 garp_lower_prio_repeat 0",
                                from,
                                hear(99, HIGHER),
                                Active.class,
                                SECOND,
                                advert(100),
                                new NotifyLowerPriority(99))
                        .with(s -> s.announcements(new AnnouncementSettings(5, 0, 0, 1, 0, 0))),
                row(
                        "5.3 equal priority and address",
                        from,
                        hear(100, OWN),
                        Active.class,
                        HALF,
                        new Report(Alarm.DUPLICATE_SOURCE_ADDRESS)),
                row(
                                "case 40 owner, higher address",
                                from,
                                hear(255, HIGHER),
                                Backup.class,
                                3_003_906_250L,
                                ownerYield)
                        .with(s -> s.priority(255)),
                row(
                                "case 40 owner, lower address",
                                from,
                                hear(255, LOWER),
                                Active.class,
                                SECOND,
                                advert(255),
                                new Report(Alarm.OWNER_CONFLICT),
                                new Announce(5),
                                new NotifyLowerPriority(255))
                        .with(s -> s.priority(255)));
    }

    private static List<Row> leaving() {
        From from = From.ACTIVE;
        return List.of(
                row(
                        "6.4.3 (605) shutdown: priority 0",
                        from,
                        new Shutdown(),
                        Initialize.class,
                        NEVER,
                        leave(Notification.STOP)),
                row(
                        "KA 8.7 script fails: priority 0",
                        from,
                        fail(FaultReason.TRACKED_SCRIPT),
                        Fault.class,
                        NEVER,
                        leave(Notification.FAULT)),
                row(
                        "KA 8.7 link down: nothing to send",
                        from,
                        fail(FaultReason.INTERFACE_DOWN),
                        Fault.class,
                        NEVER,
                        new CloseGate(),
                        new CancelAnnouncements(),
                        new ReleaseVips(),
                        notify(Notification.FAULT)),
                row(
                        "lb fenced: VIPs before anything else",
                        from,
                        fail(FaultReason.FENCED),
                        Fault.class,
                        NEVER,
                        new CloseGate(),
                        new CancelAnnouncements(),
                        new ReleaseVips(),
                        advert(0),
                        notify(Notification.FAULT)),
                row(
                        "KA 8.9 group steps down",
                        from,
                        new StepDown(),
                        Backup.class,
                        DOWN,
                        leave(Notification.BACKUP)));
    }

    private static List<Row> fault() {
        From from = From.FAULT;
        FaultReason down = FaultReason.INTERFACE_DOWN;
        return List.of(
                row(
                        "KA 8.7 recovery: Backup, a full interval",
                        from,
                        clear(down),
                        Backup.class,
                        DOWN,
                        new CloseGate(),
                        new ReleaseVips(),
                        notify(Notification.BACKUP)),
                row(
                                "KA 8.7 recovery of the owner",
                                from,
                                clear(down),
                                Active.class,
                                SECOND,
                                takeOver(255))
                        .with(s -> s.priority(255)),
                row("KA 8.7 one of two cleared", From.FAULT_TWICE, clear(down), Fault.class, NEVER),
                row("KA 8.7 another fault", from, fail(FaultReason.FENCED), Fault.class, NEVER),
                row(
                        "KA 8.7 another one cleared",
                        from,
                        clear(FaultReason.FENCED),
                        Fault.class,
                        NEVER),
                row("KA 8.7 adverts are not heard", from, hear(50, LOWER), Fault.class, NEVER),
                row("KA 8.7 no timer runs", from, new TimerExpired(), Fault.class, NEVER),
                row(
                        "KA 8.7 shutdown",
                        from,
                        new Shutdown(),
                        Initialize.class,
                        NEVER,
                        notify(Notification.STOP)),
                row("KA 8.8 priority", from, new PriorityChanged(7), Fault.class, NEVER),
                row("lb address", from, new SourceAddressChanged(LOWER), Fault.class, NEVER),
                row("lb no second startup", from, new Startup(), Fault.class, NEVER),
                row("KA 8.9 group", from, new TakeOver(), Fault.class, NEVER),
                row("KA 8.9 group", from, new StepDown(), Fault.class, NEVER));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void eachStateMeetsEachEvent(Row row) {
        VirtualRouter router = router(row.from(), row.settings());
        long now = THEN + row.afterNanos();

        Transition transition = router.on(row.event(), now);

        assertThat(transition.actions()).containsExactlyElementsOf(row.actions());
        assertThat(transition.state()).isSameAs(router.state()).isInstanceOf(row.state());
        assertThat(router.nanosToDeadline(now)).isEqualTo(row.leftNanos());
    }

    @Test
    void noPairOfStateAndEventIsLeftOut() {
        Set<String> pairs = new HashSet<>();
        rows().forEach(row ->
                pairs.add(
                        router(row.from(), row.settings()).state().getClass().getSimpleName()
                                + " × "
                                + row.event().getClass().getSimpleName()));
        Set<String> all = new HashSet<>();
        for (Class<?> state : State.class.getPermittedSubclasses()) {
            for (Class<?> event : Event.class.getPermittedSubclasses()) {
                all.add(state.getSimpleName() + " × " + event.getSimpleName());
            }
        }
        assertThat(all).hasSize(40);
        assertThat(pairs).containsExactlyInAnyOrderElementsOf(all);
    }

    private static VirtualRouter router(
            From from, UnaryOperator<VirtualRouterSettings.Builder> settings) {
        VirtualRouterSettings.Builder builder =
                settings.apply(VirtualRouterSettings.of(VrrpVersion.V3));
        if (from == From.STARTUP_DELAY) {
            builder.startupDelayNanos(SECOND);
        }
        VirtualRouter router = new VirtualRouter(builder.build(), OWN);
        if (from != From.INITIALIZE) {
            router.on(new Startup(), THEN);
        }
        switch (from) {
            case BACKUP_DELAYING -> router.on(hear(99, LOWER), THEN);
            case ACTIVE -> router.on(new TakeOver(), THEN);
            case FAULT -> router.on(fail(FaultReason.INTERFACE_DOWN), THEN);
            case FAULT_TWICE -> {
                router.on(fail(FaultReason.INTERFACE_DOWN), THEN);
                router.on(fail(FaultReason.FENCED), THEN);
            }
            case INITIALIZE, STARTUP_DELAY, BACKUP -> {}
        }
        return router;
    }

    private static Row row(
            String name,
            From from,
            Event event,
            Class<? extends State> state,
            long leftNanos,
            Action... actions) {
        return new Row(
                name,
                from,
                UnaryOperator.identity(),
                event,
                HALF,
                state,
                leftNanos,
                List.of(actions));
    }

    private static Event hear(int priority, IpAddress source) {
        return new AdvertReceived(priority, SECOND, source.high(), source.low());
    }

    private static Event fail(FaultReason reason) {
        return new FaultRaised(reason);
    }

    private static Event clear(FaultReason reason) {
        return new FaultCleared(reason);
    }

    private static Action advert(int priority) {
        return new SendAdvert(priority);
    }

    private static Action notify(Notification notification) {
        return new Notify(notification);
    }

    private static Action[] takeOver(int priority) {
        return new Action[] {
            advert(priority),
            new OpenGate(),
            new AcceptVips(),
            new Announce(5),
            notify(Notification.MASTER)
        };
    }

    private static Action[] leave(Notification notification) {
        return new Action[] {
            new CloseGate(),
            new CancelAnnouncements(),
            advert(0),
            new ReleaseVips(),
            notify(notification)
        };
    }
}
