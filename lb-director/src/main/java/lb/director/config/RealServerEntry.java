package lb.director.config;

import java.net.InetAddress;
import lb.director.config.syntax.Location;

/**
 * A {@code real_server} of one virtual server. Immutable.
 *
 * @param port equals the virtual server's, since direct routing cannot change it
 * @param weight 0 to 65535; 0 is quiesced
 * @param upperThreshold no new connections from this many on; 0 is no limit
 * @param lowerThreshold new connections again below this many; 0 leaves it to the data plane
 * @param inhibitOnFailure a failed real server gets weight 0 instead of being removed
 */
public record RealServerEntry(
        InetAddress address,
        int port,
        int weight,
        int upperThreshold,
        int lowerThreshold,
        boolean inhibitOnFailure,
        Location location) {}
