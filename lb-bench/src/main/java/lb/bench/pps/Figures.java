package lb.bench.pps;

/**
 * What one forwarder did in one round. Immutable; any thread.
 *
 * @param offeredMpps million frames a second that the generator sent
 * @param forwardedMpps million frames a second that came to the sink
 * @param lossPercent of the offered frames
 * @param generatorSecondsPerMillion CPU seconds of the generator's process for a million frames
 *     offered
 * @param forwarderSecondsPerMillion CPU seconds of the forwarder's process for a million frames
 *     forwarded; 0 when the kernel forwards
 * @param forwarderPercent of a core that the forwarder's process used
 * @param generatorCoreSoftirqPercent of the generator's core, spent in softirqs
 * @param forwarderCoreSoftirqPercent of the forwarder's core, spent in softirqs
 * @param otherCores cores that everything else on this machine kept busy
 * @param stolenPercent of all cores, taken by the host of a virtual machine
 */
record Figures(
        double offeredMpps,
        double forwardedMpps,
        double lossPercent,
        double generatorSecondsPerMillion,
        double forwarderSecondsPerMillion,
        double forwarderPercent,
        double generatorCoreSoftirqPercent,
        double forwarderCoreSoftirqPercent,
        double otherCores,
        double stolenPercent) {
    private static final double NANOS = 1e9;
    private static final double MILLION = 1e6;

    /** What happened between two moments. */
    static Figures between(Moment before, Moment after) {
        double offered =
                (after.offered().transmitted()
                                - before.offered().transmitted()
                                + after.offered().transmitDropped()
                                - before.offered().transmitDropped())
                        / MILLION;
        double forwarded = (after.forwarded().received() - before.forwarded().received()) / MILLION;
        double offeredSeconds = (after.offered().nanos() - before.offered().nanos()) / NANOS;
        double seconds = (after.forwarded().nanos() - before.forwarded().nanos()) / NANOS;
        double generator = after.generatorSeconds() - before.generatorSeconds();
        double forwarder = after.forwarderSeconds() - before.forwarderSeconds();
        CpuTimes all = after.allCores().minus(before.allCores());
        return new Figures(
                offered / offeredSeconds,
                forwarded / seconds,
                offered == 0 ? 0 : Math.max(0, 100 * (1 - forwarded / offered)),
                perMillion(generator, offered),
                perMillion(forwarder, forwarded),
                100 * forwarder / seconds,
                100 * after.generatorCore().minus(before.generatorCore()).softirq() / seconds,
                100 * after.forwarderCore().minus(before.forwarderCore()).softirq() / seconds,
                Math.max(0, (all.busy() - generator - forwarder) / seconds),
                100 * all.stolen() / seconds / Runtime.getRuntime().availableProcessors());
    }

    private static double perMillion(double seconds, double millions) {
        return millions == 0 ? 0 : seconds / millions;
    }
}
