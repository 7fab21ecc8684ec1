package lb.director.config;

/**
 * How many new connections a virtual server takes in a second. Immutable.
 *
 * @param perSecond of all clients together, 0 to 1000000; 0 = no limit
 * @param perClient of each client (IPv4 address, or IPv6 /64), 0 to 1000000; 0 = no limit
 */
public record RateLimit(int perSecond, int perClient) {

    /** No limit at all. */
    public static final RateLimit NONE = new RateLimit(0, 0);
}
