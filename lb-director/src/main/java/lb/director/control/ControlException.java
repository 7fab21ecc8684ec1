package lb.director.control;

/** Something did not work over the control socket; the message is one line for the operator. */
public class ControlException extends Exception {
    private static final long serialVersionUID = 1;

    /** What did not work, and what to do about it. */
    public ControlException(String message) {
        super(message);
    }

    /** What did not work, what to do about it, and its cause for the log. */
    public ControlException(String message, Throwable cause) {
        super(message, cause);
    }
}
