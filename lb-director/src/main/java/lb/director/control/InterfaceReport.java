package lb.director.control;

/**
 * The frames of one interface, over all workers. Immutable; any thread.
 *
 * @param role what it is there for, in a word or two
 * @param framesReceived frames handed to the director
 * @param framesTransmitted frames that the kernel took
 * @param transmitFull frames refused because the transmit queue was full
 * @param ringLosses frames that the kernel dropped because the receive ring was full
 */
public record InterfaceReport(
        String name,
        String role,
        long framesReceived,
        long framesTransmitted,
        long transmitFull,
        long ringLosses) {}
