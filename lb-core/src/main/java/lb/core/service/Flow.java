package lb.core.service;

/**
 * What a scheduler may know of the packet that it chooses for. Valid only during the call.
 *
 * <p>Addresses are two 64-bit halves, IPv4 in its mapped form (see {@link lb.core.wire.IpAddress}).
 */
public interface Flow {
    /** Upper half of the client's address. */
    long clientHigh();

    /** Lower half of the client's address. */
    long clientLow();

    /** The client's port. */
    int clientPort();

    /** Upper half of the VIP. */
    long serviceHigh();

    /** Lower half of the VIP. */
    long serviceLow();

    /** The port that the client aims at. */
    int servicePort();
}
