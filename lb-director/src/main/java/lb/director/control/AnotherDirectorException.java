package lb.director.control;

import java.nio.file.Path;

/** A director is already listening on the socket that this one was to have. */
public final class AnotherDirectorException extends ControlException {
    private static final long serialVersionUID = 1;

    AnotherDirectorException(Path path) {
        super("another lb answers on " + path + "; use --control PATH for a second one");
    }
}
