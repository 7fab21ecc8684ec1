package lb.core.service;

/**
 * The traffic that went one way: a counter for each worker, the sum since it was last set to zero,
 * and the rates. Each counter is written by its worker alone; {@link #sample} is for one thread;
 * any thread reads and sets to zero.
 *
 * <p>Set to zero, the counters go on counting: what they had is remembered and taken off. So no
 * count is lost to a race with a worker.
 */
public final class TrafficMeter {
    private final TrafficCounters[] counters;
    private volatile Traffic atZero = Traffic.NONE;
    private volatile RateEstimate estimate = RateEstimate.NONE;

    /** Meters what these count, one for each worker. */
    TrafficMeter(TrafficCounters[] counters) {
        this.counters = counters;
    }

    /** What was counted since it was last set to zero. */
    public Traffic total() {
        return Traffic.sum(counters).since(atZero);
    }

    /** The rates as last estimated; 0 before the second sample. */
    public Rates rates() {
        return estimate.rates();
    }

    /** Counts from zero again; the rates do, too. */
    public synchronized void zero() {
        atZero = Traffic.sum(counters);
        estimate = estimate.zero();
    }

    /**
     * Takes a sample for the rates; to be called every two seconds.
     *
     * @param nowNanos as by {@link System#nanoTime}
     */
    public synchronized void sample(long nowNanos) {
        estimate = estimate.after(Traffic.sum(counters), nowNanos);
    }
}
