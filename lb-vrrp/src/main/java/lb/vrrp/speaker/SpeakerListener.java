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
     * @param action anything but {@link Action.SendAdvert}
     */
    void onAction(VrrpInstance instance, Action action);
}
