package lb.director.cli;

/** ipvsadm was called wrongly; the message is for its user. */
final class IpvsadmException extends Exception {
    private static final long serialVersionUID = 1;

    IpvsadmException(String message) {
        super(message);
    }
}
