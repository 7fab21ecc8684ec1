package lb.director.lab;

import java.util.List;
import java.util.Optional;
import lb.core.wire.IpAddress;

/**
 * How one virtual router passed from one machine to another, by the clock of the capture.
 * Immutable; any thread.
 *
 * @param lastAdvertNanos the former Active's last advert
 * @param firstAdvertNanos the new Active's first
 * @param firstAnnouncementNanos when the new Active first told of the VIP
 */
public record Takeover(long lastAdvertNanos, long firstAdvertNanos, long firstAnnouncementNanos) {
    private static final long NEVER = Long.MIN_VALUE;

    /**
     * Looks for one, the first that is complete.
     *
     * @param sinceNanos the new Active has taken over when it speaks at or after this moment; it
     *     may have begun before
     */
    public static Optional<Takeover> find(
            List<CapturedFrame> frames,
            int vrid,
            IpAddress vip,
            long formerMac,
            long newMac,
            long sinceNanos) {
        List<VrrpAdvert> adverts =
                VrrpAdvert.in(frames).stream().filter(advert -> advert.isOf(vrid, vip)).toList();
        Optional<VrrpAdvert> first =
                adverts.stream()
                        .filter(advert -> advert.mac() == newMac)
                        .filter(advert -> advert.epochNanos() >= sinceNanos)
                        .findFirst();
        if (first.isEmpty()) {
            return Optional.empty();
        }
        long known = first.get().epochNanos();
        long last =
                adverts.stream()
                        .filter(advert -> advert.mac() == formerMac)
                        .mapToLong(VrrpAdvert::epochNanos)
                        .filter(epochNanos -> epochNanos < known)
                        .max()
                        .orElse(NEVER);
        // Before the moment from which on it is looked for, when the former had been held up.
        long begin =
                adverts.stream()
                        .filter(advert -> advert.mac() == newMac)
                        .mapToLong(VrrpAdvert::epochNanos)
                        .filter(epochNanos -> epochNanos > last)
                        .min()
                        .orElse(known);
        Optional<VipAnnouncement> announcement =
                VipAnnouncement.in(frames).stream()
                        .filter(one -> one.mac() == newMac && one.vip().equals(vip))
                        .filter(one -> one.epochNanos() >= begin)
                        .findFirst();
        return last == NEVER || announcement.isEmpty()
                ? Optional.empty()
                : Optional.of(new Takeover(last, begin, announcement.get().epochNanos()));
    }

    /** Nanoseconds from the last advert of the one to the first of the other. */
    public long silenceNanos() {
        return firstAdvertNanos - lastAdvertNanos;
    }

    /** Nanoseconds from the new Active's first advert to its first announcement. */
    public long announcementNanos() {
        return firstAnnouncementNanos - firstAdvertNanos;
    }
}
