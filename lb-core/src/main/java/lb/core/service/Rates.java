package lb.core.service;

/**
 * Traffic for each second, averaged over some seconds. Immutable; any thread.
 *
 * @param connections new connections a second
 * @param packets packets a second
 * @param bytes bytes a second, from the IP header on
 */
public record Rates(double connections, double packets, double bytes) {
    /** No traffic. */
    public static final Rates NONE = new Rates(0, 0, 0);
}
