package lb.vrrp.automaton;

import static lb.vrrp.automaton.MatrixRows.*;

import java.util.List;
import java.util.stream.Stream;
import lb.vrrp.automaton.Action.Alarm;
import lb.vrrp.automaton.Action.Announce;
import lb.vrrp.automaton.Action.CancelAnnouncements;
import lb.vrrp.automaton.Action.CloseGate;
import lb.vrrp.automaton.Action.Notification;
import lb.vrrp.automaton.Action.NotifyLowerPriority;
import lb.vrrp.automaton.Action.Probe;
import lb.vrrp.automaton.Action.ReleaseVips;
import lb.vrrp.automaton.Action.Report;
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

/** The rows of Active: what it sends, hears and leaves behind. */
final class ActiveRows {
    private ActiveRows() {}

    static List<Row> all() {
        return Stream.of(active(), activeHears(), leaving()).flatMap(List::stream).toList();
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
                                new Probe(),
                                advert(100))
                        .after(SECOND),
                row(
                                "lb a late advert does not shift the next",
                                from,
                                new TimerExpired(),
                                Active.class,
                                3 * SECOND / 4,
                                new Probe(),
                                advert(100))
                        .after(SECOND + SECOND / 4),
                row(
                                "lb missed adverts are not made up for",
                                from,
                                new TimerExpired(),
                                Active.class,
                                SECOND,
                                new Probe(),
                                advert(100))
                        .after(3 * SECOND),
                row(
                                "KA 8.4 second set with the advert",
                                from,
                                new TimerExpired(),
                                Active.class,
                                SECOND,
                                new Probe(),
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
                row("KA 8.9 already there", from, new TakeOver(), Active.class, HALF),
                row(
                        "case 41 a VIP is claimed unasked: not before the next advert",
                        from,
                        new VipClaimed(7, false),
                        Active.class,
                        HALF),
                row(
                        "case 41 a probe is answered: soon a second one",
                        from,
                        new VipClaimed(7, true),
                        Active.class,
                        SECOND / 5),
                row(
                                "case 41 garp_lower_prio_repeat 0: what is planned waits, too",
                                from,
                                new VipClaimed(7, true),
                                Active.class,
                                SECOND / 5)
                        .with(s -> s.announcements(new AnnouncementSettings(5, 0, 0, 1, 0, 0))));
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
            notifying(Notification.BACKUP)
        };
        Action[] silentYield = {
            new CloseGate(),
            new CancelAnnouncements(),
            new ReleaseVips(),
            notifying(Notification.BACKUP)
        };
        Action[] ownerYield = {
            new Report(Alarm.OWNER_CONFLICT),
            new CloseGate(),
            new CancelAnnouncements(),
            new ReleaseVips(),
            advert(255),
            notifying(Notification.BACKUP)
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
                        notifying(Notification.FAULT)),
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
                        notifying(Notification.FAULT)),
                row(
                        "KA 8.9 group steps down",
                        from,
                        new StepDown(),
                        Backup.class,
                        DOWN,
                        leave(Notification.BACKUP)));
    }
}
