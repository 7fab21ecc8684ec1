package lb.director.demo;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import lb.director.lab.CapturedFrame;
import lb.director.lab.LabException;
import lb.director.lab.VrrpAdvert;

/**
 * What happens to the directors, one act after the other, and what it did to the client. The
 * command's thread.
 */
final class FailoverStory {
    private static final long TAKEOVER_SECONDS = 60;

    /** Long enough for segments that were lost to be sent again more than once. */
    private static final long ANSWER_MILLIS = 15_000;

    private static final int RESET = 4;

    private final FailoverNetwork network;
    private final ClientTraffic traffic;

    /**
     * One act.
     *
     * @param what happens
     * @param begin makes it happen
     * @param holder who is to hold the VIP afterwards
     */
    record Act(String what, Runnable begin, Machine holder) {}

    FailoverStory(FailoverNetwork network, ClientTraffic traffic) {
        this.network = network;
        this.traffic = traffic;
    }

    List<Act> acts() {
        return List.of(
                new Act(
                        "director 1, the Active, is stopped",
                        network::stopBetter,
                        FailoverNetwork.OTHER),
                new Act(
                        "director 1 is back and takes over",
                        network::startBetter,
                        FailoverNetwork.BETTER),
                new Act(
                        "director 1 is killed (kill -9)",
                        network::killBetter,
                        FailoverNetwork.OTHER),
                new Act(
                        "director 1 is back and takes over",
                        network::startBetter,
                        FailoverNetwork.BETTER),
                new Act(
                        "director 1's link goes down",
                        network::unplugBetter,
                        FailoverNetwork.OTHER),
                new Act(
                        "director 1's link is back and it takes over",
                        network::plugBetter,
                        FailoverNetwork.BETTER));
    }

    /**
     * Plays one act to its end: the VIP has its holder, and every connection was answered again.
     */
    FailoverEvent play(Act act) throws InterruptedException {
        traffic.listenAnew();
        int brokenBefore = traffic.broken().size();
        int failedBefore = traffic.newFailures().size();
        int answeredBefore = traffic.newAnswered();
        long begin = epochNanos();
        act.begin().run();
        long takenOver = awaitHolder(act, begin);
        int unanswered = traffic.awaitAnswers(ANSWER_MILLIS);
        List<CapturedFrame> frames = network.capture().frames();
        return new FailoverEvent(
                act.what(),
                (takenOver - begin) / 1e6,
                traffic.longestSilenceNanos() / 1e6,
                unanswered - brokenBefore,
                traffic.newAnswered() - answeredBefore,
                traffic.newFailures().size() - failedBefore,
                resets(frames, begin),
                holders(frames, begin));
    }

    private static long epochNanos() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    private long awaitHolder(Act act, long begin) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TAKEOVER_SECONDS);
        while (System.nanoTime() - deadline < 0) {
            for (VrrpAdvert advert : adverts(network.capture().frames())) {
                if (advert.mac() == act.holder().macNumber() && advert.epochNanos() > begin) {
                    return advert.epochNanos();
                }
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        throw new LabException(
                act.holder().name() + " did not take over; the directors said:\n" + network.logs());
    }

    private static List<VrrpAdvert> adverts(List<CapturedFrame> frames) {
        return VrrpAdvert.in(frames).stream()
                .filter(advert -> advert.vrid() == FailoverNetwork.VRID && advert.priority() > 0)
                .toList();
    }

    private static int resets(List<CapturedFrame> frames, long since) {
        return (int)
                frames.stream()
                        .filter(frame -> frame.epochNanos() >= since)
                        .filter(frame -> frame.type() == 0x0800 && frame.u8(Frames.IP + 9) == 6)
                        .filter(frame -> (frame.u8(Frames.IP + 33) & RESET) != 0)
                        .filter(frame -> !director(frame.source()).isEmpty())
                        .count();
    }

    /** An advert between two of the other director's is a farewell, or one that crossed another. */
    private static List<FailoverEvent.Holder> holders(List<CapturedFrame> frames, long since) {
        List<VrrpAdvert> adverts = adverts(frames);
        List<FailoverEvent.Holder> holders = new ArrayList<>();
        long last = 0;
        for (int i = 0; i < adverts.size(); i++) {
            VrrpAdvert advert = adverts.get(i);
            boolean inPassing = i + 1 < adverts.size() && adverts.get(i + 1).mac() != advert.mac();
            if (advert.epochNanos() < since) {
                last = advert.mac();
            } else if (!inPassing || holders.isEmpty()) {
                if (holders.isEmpty() && last != 0) {
                    holders.add(new FailoverEvent.Holder(director(last), 0));
                }
                if (advert.mac() != last) {
                    double millis = (advert.epochNanos() - since) / 1e6;
                    holders.add(new FailoverEvent.Holder(director(advert.mac()), millis));
                    last = advert.mac();
                }
            }
        }
        return holders;
    }

    /** The director whose MAC address it is, or nothing. */
    private static String director(long mac) {
        for (Machine machine : List.of(FailoverNetwork.BETTER, FailoverNetwork.OTHER)) {
            if (machine.macNumber() == mac) {
                return machine.name();
            }
        }
        return "";
    }
}
