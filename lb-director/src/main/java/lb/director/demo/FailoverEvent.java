package lb.director.demo;

import java.util.List;

/**
 * What became of the service when one of the directors went or came. Immutable; any thread.
 *
 * @param what happened
 * @param takeoverMillis from the event to the first advert of the director that then held the VIP
 * @param silentMillis the longest time in which the client got no answer at all
 * @param broken connections that ended, or got no answer any more
 * @param newAnswered new connections that were answered meanwhile
 * @param newFailed new connections that were not
 * @param resets TCP resets from a director, as captured at the client
 * @param holders who held the VIP, and since when, by the captured adverts
 */
record FailoverEvent(
        String what,
        double takeoverMillis,
        double silentMillis,
        int broken,
        int newAnswered,
        int newFailed,
        int resets,
        List<Holder> holders) {
    /**
     * Who advertised the VIP.
     *
     * @param director its name
     * @param fromMillis when it began to, counted from the event; 0 for the one that did before
     */
    record Holder(String director, double fromMillis) {}

    boolean harmless() {
        return broken == 0 && newFailed == 0 && resets == 0;
    }
}
