package lb.director.config;

import lb.director.config.VrrpInstanceEntry.InitialState;

/**
 * {@code vrrp_strict} and {@code strict_mode}: takes out of an instance what the RFCs do not know,
 * as keepalived does, and says so. Stateless.
 */
final class StrictRules {
    private static final int OWNER = 255;
    private static final int RFC_ADVERTS = 3;

    private StrictRules() {}

    static void apply(VrrpInstanceReader.Draft draft, VrrpDefaults defaults, Reading reading) {
        if (draft.authenticationType != null || draft.password != null) {
            draft.authenticationType = null;
            draft.password = null;
            say(draft, "authentication", "authentication is ignored", reading);
        }
        if (!draft.peers.isEmpty()) {
            draft.peers.clear();
            say(draft, "unicast_peer", "unicast_peer is ignored: adverts go to the group", reading);
        }
        if (draft.preemptDelayNanos > 0) {
            draft.preemptDelayNanos = 0;
            say(draft, "preempt_delay", "preempt_delay is ignored", reading);
        }
        int adverts =
                draft.downTimerAdverts == null ? defaults.downTimerAdverts : draft.downTimerAdverts;
        if (adverts != RFC_ADVERTS) {
            say(draft, "down_timer_adverts", "down_timer_adverts is 3", reading);
        }
        draft.downTimerAdverts = RFC_ADVERTS;
        answers(draft, reading);
        state(draft, reading);
    }

    private static void answers(VrrpInstanceReader.Draft draft, Reading reading) {
        Integer repeat = draft.garp.lowerRepeat;
        if (repeat != null && repeat > 0) {
            say(draft, "garp_lower_prio_repeat", "garp_lower_prio_repeat is 0", reading);
        }
        draft.garp.lowerRepeat = 0;
        draft.garp.lowerDelayNanos = 0L;
        if (Boolean.FALSE.equals(draft.lowerPriorityNoAdvert)) {
            say(draft, "lower_prio_no_advert", "lower_prio_no_advert is on", reading);
        }
        draft.lowerPriorityNoAdvert = true;
        if (Boolean.TRUE.equals(draft.higherPrioritySendAdvert)) {
            say(draft, "higher_prio_send_advert", "higher_prio_send_advert is off", reading);
        }
        draft.higherPrioritySendAdvert = false;
    }

    private static void state(VrrpInstanceReader.Draft draft, Reading reading) {
        boolean owner =
                draft.priority == null
                        ? draft.state == InitialState.MASTER
                        : draft.priority == OWNER;
        if (draft.state == InitialState.MASTER && !owner) {
            draft.state = InitialState.BACKUP;
            say(draft, "state", "state is BACKUP: only priority 255 is MASTER", reading);
        } else if (draft.state == InitialState.BACKUP && owner) {
            draft.state = InitialState.MASTER;
            say(draft, "state", "state is MASTER: the priority is 255", reading);
        }
    }

    private static void say(
            VrrpInstanceReader.Draft draft, String keyword, String what, Reading reading) {
        reading.adjusted(draft.at(keyword), what + " in strict mode");
    }
}
