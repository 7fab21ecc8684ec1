package lb.director.control;

import java.nio.file.Path;

/** No director listens on the socket. */
public final class NoDirectorException extends ControlException {
    private static final long serialVersionUID = 1;

    NoDirectorException(Path path, String reason) {
        super(
                "no lb director answers on "
                        + path
                        + " ("
                        + reason
                        + "): is it running? One started with --control PATH is asked with the same --control PATH");
    }
}
