package lb.core.service;

import lb.core.wire.IpAddress;

/**
 * What the configuration says of a real server. Immutable; any thread.
 *
 * @param address the RIP
 * @param port as the clients see it: direct routing does not change it
 * @param weight 0 to 65,535; 0 = quiesced
 * @param upperThreshold connections from which on it gets no new ones; 0 = no limit
 * @param lowerThreshold connections below which it gets new ones again; 0 = three quarters of the
 *     upper one
 */
public record RealServerDefinition(
        IpAddress address, int port, int weight, int upperThreshold, int lowerThreshold) {
    /** The greatest weight. */
    public static final int MAX_WEIGHT = 65_535;

    /** Checks the ranges. */
    public RealServerDefinition {
        if (weight < 0 || weight > MAX_WEIGHT) {
            throw new IllegalArgumentException("weight " + weight + " is not in 0..65535");
        }
        if (upperThreshold < 0 || lowerThreshold < 0) {
            throw new IllegalArgumentException("a threshold is 0 or greater");
        }
        if (upperThreshold != 0 && lowerThreshold > upperThreshold) {
            throw new IllegalArgumentException(
                    "the lower threshold "
                            + lowerThreshold
                            + " is above the upper threshold "
                            + upperThreshold);
        }
    }

    /** A real server without thresholds. */
    public RealServerDefinition(IpAddress address, int port, int weight) {
        this(address, port, weight, 0, 0);
    }
}
