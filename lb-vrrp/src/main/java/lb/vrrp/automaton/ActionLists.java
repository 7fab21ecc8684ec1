package lb.vrrp.automaton;

import java.util.ArrayList;
import java.util.List;
import lb.vrrp.automaton.Action.Alarm;
import lb.vrrp.automaton.Action.Announce;
import lb.vrrp.automaton.Action.Notification;
import lb.vrrp.automaton.Action.Notify;
import lb.vrrp.automaton.Action.Report;
import lb.vrrp.automaton.Action.SendAdvert;

/** The orders in which ownership comes and goes. Stateless; any thread. */
final class ActionLists {
    private ActionLists() {}

    /** Whatever an earlier process left on the interface must not answer. */
    static List<Action> takePart(Notification notification) {
        return List.of(new Action.CloseGate(), new Action.ReleaseVips(), new Notify(notification));
    }

    /**
     * The advert goes first: an old Active has released the VIPs before the announcements arrive.
     */
    static List<Action> takeOver(Action advert, int rounds) {
        return List.of(
                advert,
                new Action.OpenGate(),
                new Action.AcceptVips(),
                new Announce(rounds),
                new Notify(Notification.MASTER));
    }

    /**
     * Stepping down before a stronger router. The VIPs go before the farewell: the stronger router
     * answers that with announcements, and these must be the last word.
     *
     * @param farewell advert to send, or none
     */
    static List<Action> stepDown(boolean ownerConflict, List<Action> farewell) {
        List<Action> actions = new ArrayList<>();
        if (ownerConflict) {
            actions.add(new Report(Alarm.OWNER_CONFLICT));
        }
        actions.add(new Action.CloseGate());
        actions.add(new Action.CancelAnnouncements());
        actions.add(new Action.ReleaseVips());
        actions.addAll(farewell);
        actions.add(new Notify(Notification.BACKUP));
        return List.copyOf(actions);
    }

    /**
     * Leaving unasked: priority 0, so that peers wait for Skew_Time only.
     *
     * @param canSend whether an advert still gets out
     * @param vipsFirst whether ownership is in doubt already
     */
    static List<Action> leave(boolean canSend, boolean vipsFirst, Notification notification) {
        List<Action> actions = new ArrayList<>();
        actions.add(new Action.CloseGate());
        actions.add(new Action.CancelAnnouncements());
        if (vipsFirst) {
            actions.add(new Action.ReleaseVips());
        }
        if (canSend) {
            actions.add(new SendAdvert(0));
        }
        if (!vipsFirst) {
            actions.add(new Action.ReleaseVips());
        }
        actions.add(new Notify(notification));
        return List.copyOf(actions);
    }
}
