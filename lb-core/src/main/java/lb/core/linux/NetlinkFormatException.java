package lb.core.linux;

/**
 * A netlink message whose lengths contradict each other or that is too short for its kind. Any
 * thread.
 */
final class NetlinkFormatException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NetlinkFormatException(String message) {
        super(message);
    }
}
