package lb.vrrp.automaton;

import java.util.List;
import java.util.function.UnaryOperator;
import lb.core.wire.IpAddress;
import lb.vrrp.automaton.Action.AcceptVips;
import lb.vrrp.automaton.Action.Announce;
import lb.vrrp.automaton.Action.CancelAnnouncements;
import lb.vrrp.automaton.Action.CloseGate;
import lb.vrrp.automaton.Action.Notification;
import lb.vrrp.automaton.Action.Notify;
import lb.vrrp.automaton.Action.OpenGate;
import lb.vrrp.automaton.Action.ReleaseVips;
import lb.vrrp.automaton.Action.SendAdvert;
import lb.vrrp.automaton.Event.AdvertReceived;
import lb.vrrp.automaton.Event.FaultCleared;
import lb.vrrp.automaton.Event.FaultRaised;
import lb.vrrp.automaton.Event.Startup;
import lb.vrrp.automaton.Event.TakeOver;
import lb.vrrp.wire.VrrpVersion;

/**
 * What a row of the matrix is made of: a state to start from, an event, and what must follow.
 *
 * <p>Every row starts in its state half a second ago, just before the clock runs over the end of
 * its range.
 */
final class MatrixRows {
    static final long SECOND = 1_000_000_000L;
    static final long THEN = Long.MAX_VALUE - SECOND;
    static final long HALF = SECOND / 2;
    static final long SKEW = 156 * SECOND / 256;
    static final long DOWN = 3 * SECOND + SKEW;
    static final long NEVER = Long.MAX_VALUE;
    static final IpAddress OWN = IpAddress.parse("10.9.0.128");
    static final IpAddress LOWER = IpAddress.parse("10.9.0.3");

    /** Higher only if bytes count as unsigned. */
    static final IpAddress HIGHER = IpAddress.parse("200.9.0.1");

    enum From {
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

    private MatrixRows() {}

    static VirtualRouter router(From from, UnaryOperator<VirtualRouterSettings.Builder> settings) {
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

    static Row row(
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

    static Event hear(int priority, IpAddress source) {
        return new AdvertReceived(priority, SECOND, source.high(), source.low());
    }

    static Event fail(FaultReason reason) {
        return new FaultRaised(reason);
    }

    static Event clear(FaultReason reason) {
        return new FaultCleared(reason);
    }

    static Action advert(int priority) {
        return new SendAdvert(priority);
    }

    static Action notifying(Notification notification) {
        return new Notify(notification);
    }

    static Action[] takeOver(int priority) {
        return new Action[] {
            advert(priority),
            new OpenGate(),
            new AcceptVips(),
            new Announce(5),
            notifying(Notification.MASTER)
        };
    }

    static Action[] leave(Notification notification) {
        return new Action[] {
            new CloseGate(),
            new CancelAnnouncements(),
            advert(0),
            new ReleaseVips(),
            notifying(notification)
        };
    }
}
