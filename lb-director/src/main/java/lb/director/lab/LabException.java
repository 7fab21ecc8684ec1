package lb.director.lab;

import java.io.Serial;

/** A step of the lab that did not work; the message names the command or file, and what it said. */
public final class LabException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    /** An exception with a message for the person at the terminal. */
    public LabException(String message) {
        super(message);
    }

    /** As above, with the cause kept for a log. */
    public LabException(String message, Throwable cause) {
        super(message, cause);
    }
}
