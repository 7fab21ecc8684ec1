package lb.core.service;

/**
 * How many new connections a service takes. Immutable; any thread.
 *
 * @param perSecond of all clients together, each second; 0 = no limit
 * @param perClient of each client (IPv4 address, or IPv6 /64), each second; 0 = no limit
 */
public record RateLimit(int perSecond, int perClient) {
    /** No limit at all. */
    public static final RateLimit NONE = new RateLimit(0, 0);

    /** The greatest limit. */
    public static final int MAX_RATE = 1_000_000;

    /** Checks the ranges. */
    public RateLimit {
        if (perSecond < 0 || perSecond > MAX_RATE || perClient < 0 || perClient > MAX_RATE) {
            throw new IllegalArgumentException("a rate is not in 0.." + MAX_RATE);
        }
    }

    /** Whether it limits anything. */
    public boolean isOn() {
        return perSecond > 0 || perClient > 0;
    }
}
