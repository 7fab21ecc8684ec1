package lb.core.forward;

import java.net.InetAddress;
import java.util.Optional;
import lb.core.service.NextHop;

/**
 * What is known of the way to one real server's address. Immutable; any thread.
 *
 * @param address the RIP
 * @param via whose MAC address it takes: the RIP itself, or a gateway; empty without a route
 * @param interfaceName the way out; empty without a route
 * @param nextHop empty while not resolved
 * @param problem why not, in a few words; empty when resolved
 */
public record NeighbourReport(
        InetAddress address,
        Optional<InetAddress> via,
        Optional<String> interfaceName,
        Optional<NextHop> nextHop,
        String problem) {}
