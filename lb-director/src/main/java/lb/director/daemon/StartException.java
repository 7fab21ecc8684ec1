package lb.director.daemon;

/** Why the director cannot start, in one line for the operator. */
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** A reason that says what to do. */
    public StartException(String message) {
        super(message);
    }

    /** A reason with its cause. */
    public StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
