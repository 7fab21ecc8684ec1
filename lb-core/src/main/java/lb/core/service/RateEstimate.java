package lb.core.service;

import java.util.concurrent.TimeUnit;

/**
 * The moving average of a traffic counter's growth, as IPVS keeps it: with each sample the average
 * goes a quarter of the way towards the newest rate, so that it remembers about eight seconds.
 * Immutable; any thread.
 *
 * @param rates now
 * @param counted what the counters had at the last sample
 * @param sampledNanos when that was; no meaning while there was none
 * @param isSampled whether there was a sample
 */
record RateEstimate(Rates rates, Traffic counted, long sampledNanos, boolean isSampled) {
    static final RateEstimate NONE = new RateEstimate(Rates.NONE, Traffic.NONE, 0, false);

    private static final double STEP = 0.25;

    /** With one more sample; the first one only says where to count from. */
    RateEstimate after(Traffic now, long nowNanos) {
        double seconds = (nowNanos - sampledNanos) / (double) TimeUnit.SECONDS.toNanos(1);
        if (!isSampled || seconds <= 0) {
            return new RateEstimate(rates, now, nowNanos, true);
        }
        Traffic grown = now.since(counted);
        Rates moved =
                new Rates(
                        towards(rates.connections(), grown.connections() / seconds),
                        towards(rates.packets(), grown.packets() / seconds),
                        towards(rates.bytes(), grown.bytes() / seconds));
        return new RateEstimate(moved, now, nowNanos, true);
    }

    private static double towards(double average, double sample) {
        return average + (sample - average) * STEP;
    }

    /** With all rates 0, counting from where it was. */
    RateEstimate zero() {
        return new RateEstimate(Rates.NONE, counted, sampledNanos, isSampled);
    }
}
