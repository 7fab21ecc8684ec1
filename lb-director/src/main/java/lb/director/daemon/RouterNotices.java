package lb.director.daemon;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import lb.director.config.NotifyEvent;
import lb.director.notify.Notifier;
import lb.vrrp.automaton.Action;
import lb.vrrp.speaker.VrrpInstance;

/**
 * Puts what virtual routers and sync groups do into the notifier's words. The speaker's thread
 * calls it; nothing blocks.
 */
final class RouterNotices {

    /** What trackers made of a priority. */
    private record Effective(int configured, int now) {}

    private final Notifier notifier;
    private final Map<String, Effective> priorities = new ConcurrentHashMap<>();

    RouterNotices(Notifier notifier) {
        this.notifier = notifier;
    }

    void onAction(VrrpInstance instance, Action action) {
        switch (action) {
            case Action.Notify(Action.Notification state) ->
                    notifier.instance(
                            instance.name(), NotifyEvent.valueOf(state.name()), priority(instance));
            case Action.NotifyLowerPriority _ ->
                    notifier.instance(
                            instance.name(), NotifyEvent.LOWER_PRIORITY, priority(instance));
            default -> {}
        }
    }

    private int priority(VrrpInstance instance) {
        int configured = instance.router().priority();
        Effective effective = priorities.get(instance.name());
        return effective != null && effective.configured == configured ? effective.now : configured;
    }

    /**
     * @param state keepalived's word: INIT, BACKUP, MASTER or FAULT
     */
    void onPriority(VrrpInstance instance, int priority, String state) {
        priorities.put(instance.name(), new Effective(instance.router().priority(), priority));
        notifier.priority(instance.name(), state.equals("MASTER"), priority);
    }

    /**
     * @param state keepalived's word: INIT (stopped), BACKUP, MASTER or FAULT
     */
    void onGroup(String group, String state) {
        notifier.group(group, state.equals("INIT") ? NotifyEvent.STOP : NotifyEvent.valueOf(state));
    }
}
