package lb.director.daemon;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import lb.director.lab.VrrpAdvert;

/**
 * When a Backup may speak, as RFC 9568 section 6.4.2 has it: after Active_Down_Interval without an
 * advert of a better router. Judged by a capture at the Backup's own interface, which holds the
 * frames in the order in which the Backup could hear and send them; so it stays right whoever was
 * held up, and for however long. Immutable; any thread.
 *
 * @param own whether an advert is the Backup's
 * @param downMillis its Active_Down_Interval
 */
record SilenceRule(Predicate<VrrpAdvert> own, double downMillis) {
    /** The clock of the captures may be put right while it is read. */
    private static final double CLOCK_MILLIS = 2;

    /** The rule for a machine with this MAC address. */
    static SilenceRule of(long mac, double downMillis) {
        return new SilenceRule(advert -> advert.mac() == mac, downMillis);
    }

    /**
     * The Backup's adverts that were against the rule.
     *
     * @param adverts of one virtual router, those of everybody else being from better routers
     */
    List<String> broken(List<VrrpAdvert> adverts) {
        List<String> broken = new ArrayList<>();
        boolean active = false;
        long lastBetter = Long.MIN_VALUE;
        for (VrrpAdvert advert : adverts) {
            if (!own.test(advert)) {
                lastBetter = advert.epochNanos();
                continue;
            }
            double silentMillis = (advert.epochNanos() - (double) lastBetter) / 1e6;
            boolean waited = silentMillis >= downMillis - CLOCK_MILLIS;
            // Whoever steps down says farewell once, see docs/intentional.md.
            if (!waited && !active) {
                broken.add(
                        "priority %d at %d, %.1f ms after a better one instead of %.1f"
                                .formatted(
                                        advert.priority(),
                                        advert.epochNanos(),
                                        silentMillis,
                                        downMillis));
            }
            active = waited;
        }
        return broken;
    }

    /** Whether a better one was heard so shortly before a moment that speaking then was wrong. */
    boolean forbidsSpeaking(List<VrrpAdvert> adverts, long epochNanos) {
        return adverts.stream()
                .filter(own.negate())
                .map(advert -> (epochNanos - advert.epochNanos()) / 1e6)
                .anyMatch(millis -> millis > 0 && millis < downMillis);
    }
}
