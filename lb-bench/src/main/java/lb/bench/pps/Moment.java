package lb.bench.pps;

import lb.director.lab.LabProcess;
import org.jspecify.annotations.Nullable;

/**
 * All counters at one moment of a round; two of them make a {@link Figures}. Immutable; any thread.
 */
record Moment(
        InterfaceCounters offered,
        InterfaceCounters forwarded,
        double generatorSeconds,
        double forwarderSeconds,
        CpuTimes generatorCore,
        CpuTimes forwarderCore,
        CpuTimes allCores) {

    static Moment read(PpsNetwork network, LabProcess generator, @Nullable LabProcess forwarder) {
        return new Moment(
                network.offered(),
                network.forwarded(),
                CpuTimes.ofProcess(generator.pid()),
                forwarder == null ? 0 : CpuTimes.ofProcess(forwarder.pid()),
                CpuTimes.of("cpu" + network.cores().generator()),
                CpuTimes.of("cpu" + network.cores().forwarder()),
                CpuTimes.of("cpu"));
    }
}
