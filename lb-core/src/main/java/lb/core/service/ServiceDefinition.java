package lb.core.service;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import lb.core.wire.IpAddress;

/**
 * What the configuration says of a virtual service. Immutable but for its gate; any thread.
 *
 * @param key address, port, protocol
 * @param scheduler the scheduler's name, as registered
 * @param flags the scheduler's flags, such as {@code mh-port}
 * @param persistence how long a client stays with its real server, or none
 * @param onePacket whether each UDP datagram is scheduled for itself ({@code ops})
 * @param realServers in the order of the configuration
 * @param leaving real servers that are no longer of it, and whose connections go on for now
 * @param gate of the VIP; two definitions with different gates are different
 */
public record ServiceDefinition(
        ServiceKey key,
        String scheduler,
        Set<String> flags,
        Persistence persistence,
        boolean onePacket,
        List<RealServerDefinition> realServers,
        Set<IpAddress> leaving,
        Gate gate) {
    /** Copies the collections; refuses a real server that stands there twice. */
    public ServiceDefinition {
        flags = Set.copyOf(flags);
        realServers = List.copyOf(realServers);
        leaving = Set.copyOf(leaving);
        Set<IpAddress> seen = new HashSet<>();
        for (RealServerDefinition server : realServers) {
            if (leaving.contains(server.address())) {
                throw new IllegalArgumentException(
                        key + " has the real server " + server.address() + ", which is leaving it");
            }
            if (!seen.add(server.address())) {
                throw new IllegalArgumentException(
                        key + " has the real server " + server.address() + " twice");
            }
        }
    }

    /** A service that no real server is leaving. */
    public ServiceDefinition(
            ServiceKey key,
            String scheduler,
            Set<String> flags,
            Persistence persistence,
            boolean onePacket,
            List<RealServerDefinition> realServers,
            Gate gate) {
        this(key, scheduler, flags, persistence, onePacket, realServers, Set.of(), gate);
    }

    /** A service whose gate is always open. */
    public ServiceDefinition(
            ServiceKey key,
            String scheduler,
            Set<String> flags,
            Persistence persistence,
            boolean onePacket,
            List<RealServerDefinition> realServers) {
        this(key, scheduler, flags, persistence, onePacket, realServers, Gate.ALWAYS_OPEN);
    }

    /** A service without persistence. */
    public ServiceDefinition(
            ServiceKey key,
            String scheduler,
            Set<String> flags,
            List<RealServerDefinition> realServers) {
        this(key, scheduler, flags, Persistence.NONE, false, realServers);
    }
}
