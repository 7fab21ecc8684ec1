package lb.vrrp.speaker;

import lb.vrrp.automaton.Action;

/** Does what a virtual router decided, but for sending adverts. */
@FunctionalInterface
public interface SpeakerListener {
    /**
     * Carries out an action, before the next one of any instance. Called on the speaker's thread:
     * must not take more than a few milliseconds. What it throws is logged, and the next action
     * follows.
     *
     * @param action anything but {@link Action.SendAdvert} and {@link Action.Probe}
     */
    void onAction(VrrpInstance instance, Action action);

    /**
     * Hears that all members of a sync group have come to another state, after their own actions.
     * Called on the speaker's thread: must not take more than a few milliseconds.
     *
     * @param state keepalived's word: INIT (stopped), BACKUP, MASTER or FAULT
     */
    default void onGroup(String group, String state) {}

    /**
     * Hears that an instance has another effective priority. Called on the speaker's thread: must
     * not take more than a few milliseconds.
     *
     * @param priority 1 to 255
     * @param state keepalived's word: INIT, BACKUP, MASTER or FAULT
     */
    default void onPriority(VrrpInstance instance, int priority, String state) {}
}
