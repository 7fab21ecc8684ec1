package lb.vrrp.automaton;

import static lb.vrrp.automaton.MatrixRows.*;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import lb.vrrp.automaton.Action.CloseGate;
import lb.vrrp.automaton.Action.Notification;
import lb.vrrp.automaton.Action.ReleaseVips;
import lb.vrrp.automaton.Event.AdvertReceived;
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

/** The rows of Initialize, Backup and Fault: who waits, and for how long. */
final class ElectionRows {
    private ElectionRows() {}

    static List<Row> all() {
        return Stream.of(initialize(), backup(), preemption(), fault())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Row> initialize() {
        From from = From.INITIALIZE;
        Action[] clean = {new CloseGate(), new ReleaseVips(), notifying(Notification.BACKUP)};
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
                row("KA 8.9 group", from, new StepDown(), Initialize.class, NEVER),
                row(
                        "case 41 no VIP, no claim",
                        from,
                        new VipClaimed(7, true),
                        Initialize.class,
                        NEVER));
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
                        notifying(Notification.STOP)),
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
                        notifying(Notification.FAULT)),
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
                row("KA 8.9 group waits", from, new StepDown(), Backup.class, DOWN),
                row(
                        "case 41 the Active claims with every right",
                        from,
                        new VipClaimed(7, true),
                        Backup.class,
                        DOWN - HALF));
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
                        notifying(Notification.BACKUP)),
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
                        notifying(Notification.STOP)),
                row("KA 8.8 priority", from, new PriorityChanged(7), Fault.class, NEVER),
                row("lb address", from, new SourceAddressChanged(LOWER), Fault.class, NEVER),
                row("lb no second startup", from, new Startup(), Fault.class, NEVER),
                row("KA 8.9 group", from, new TakeOver(), Fault.class, NEVER),
                row("KA 8.9 group", from, new StepDown(), Fault.class, NEVER),
                row("case 41 no VIP, no claim", from, new VipClaimed(7, true), Fault.class, NEVER));
    }
}
