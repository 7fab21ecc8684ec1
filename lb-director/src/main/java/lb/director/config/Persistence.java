package lb.director.config;

/**
 * One client (or one network of clients) stays at one real server. Immutable.
 *
 * @param timeoutSeconds how long after its last connection, 1 to 2678400
 * @param prefixLength bits of the client's address that count: 0 to 32, or 0 to 128 for IPv6
 */
public record Persistence(int timeoutSeconds, int prefixLength) {}
