package lb.core.service;

import lb.core.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Which packets get a firewall mark. Immutable but for its gate; any thread.
 *
 * @param mark 1 or greater
 * @param source where they come from
 * @param destination the VIP that they are for, of the same family
 * @param protocol null = TCP, UDP and SCTP
 * @param firstPort the lowest destination port, 0 to 65,535
 * @param lastPort the highest one
 * @param gate of the VIP
 */
public record ClassifierRule(
        int mark,
        Network source,
        IpAddress destination,
        @Nullable Protocol protocol,
        int firstPort,
        int lastPort,
        Gate gate) {
    /** The highest port. */
    public static final int LAST_PORT = 0xffff;

    /** Checks the ranges. */
    public ClassifierRule {
        if (mark < 1 || firstPort < 0 || firstPort > lastPort || lastPort > LAST_PORT) {
            throw new IllegalArgumentException(
                    "mark "
                            + mark
                            + " of ports "
                            + firstPort
                            + "-"
                            + lastPort
                            + " is out of range");
        }
        if (protocol == Protocol.FWM || source.address().isIpv4() != destination.isIpv4()) {
            throw new IllegalArgumentException(
                    "mark " + mark + ": " + source + " does not fit " + destination);
        }
    }

    /** Whether it means every port. */
    public boolean isOfAllPorts() {
        return firstPort <= 1 && lastPort == LAST_PORT;
    }

    /** The service that its packets are for, if there is such a one. */
    public ServiceKey service() {
        return ServiceKey.ofMark(mark, destination.isIpv4());
    }

    boolean matches(long sourceHigh, long sourceLow, int protocolNumber, int port) {
        return port >= firstPort
                && port <= lastPort
                && (protocol == null || protocol.number() == protocolNumber)
                && source.contains(sourceHigh, sourceLow);
    }
}
