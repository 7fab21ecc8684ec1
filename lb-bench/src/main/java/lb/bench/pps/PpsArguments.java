package lb.bench.pps;

import java.util.List;

/**
 * What {@code lb bench pps} is asked to measure. Immutable; any thread.
 *
 * @param flows that the patterns {@code established} and {@code mixed} have
 * @param rate frames offered each second, evenly; 0 for none at all, {@link #FULL_RATE} for as many
 *     as can be
 * @param seconds that are measured in each round
 * @param warmUpSeconds before them, for a director's JVM
 * @param scheduler of lb's service
 * @param oneArmed whether the director has one interface, on a switch
 * @param ipv6 whether the frames are IPv6
 * @param forwarders by their names, in any order
 */
record PpsArguments(
        int flows,
        int rate,
        int seconds,
        int warmUpSeconds,
        int rounds,
        Pattern pattern,
        String scheduler,
        boolean oneArmed,
        boolean ipv6,
        List<String> forwarders) {
    /** As fast as the generator's interface takes. */
    static final int FULL_RATE = -1;

    /** The director's arms and the frames' IP version, in words. */
    String topology() {
        return (oneArmed ? "one-armed" : "two-armed") + ", " + (ipv6 ? "IPv6" : "IPv4");
    }

    /** Whether every frame may be from a new source. */
    boolean hasRandomSources() {
        return pattern.hasRandomSources();
    }
}
