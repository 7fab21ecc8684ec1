package lb.director.control;

import java.util.concurrent.TimeUnit;
import lb.core.connection.Connection;
import lb.core.service.Protocol;
import lb.core.wire.IpAddress;

/**
 * One row of the answer to {@code connections}. Immutable; any thread.
 *
 * @param expiresSeconds whole seconds until it goes if no packet comes
 * @param state in the kernel's words
 * @param template whether it is a persistence template; then source is the client's network, with
 *     port 0
 */
public record ConnectionReport(
        String protocol,
        long expiresSeconds,
        String state,
        boolean template,
        String sourceAddress,
        int sourcePort,
        String virtualAddress,
        int virtualPort,
        String destinationAddress,
        int destinationPort) {
    static ConnectionReport of(Connection connection, long nanosLeft) {
        return new ConnectionReport(
                protocol(connection.protocol()),
                TimeUnit.NANOSECONDS.toSeconds(Math.max(0, nanosLeft)),
                connection.state().label(),
                connection.isTemplate(),
                new IpAddress(connection.clientHigh(), connection.clientLow()).toString(),
                connection.clientPort(),
                new IpAddress(connection.serviceHigh(), connection.serviceLow()).toString(),
                connection.servicePort(),
                connection.server().address().toString(),
                connection.server().port());
    }

    private static String protocol(int number) {
        if (number == 0) {
            // A template of all protocols, as the kernel lists it.
            return "IP";
        }
        for (Protocol protocol : Protocol.values()) {
            if (protocol.number() == number) {
                return protocol.name();
            }
        }
        return Integer.toString(number);
    }
}
