package lb.director.cli;

/** How a command ends. */
public final class ExitCode {
    /** It did what it was asked. */
    public static final int OK = 0;

    /** It could not; the line on standard error says why. */
    public static final int FAILED = 1;

    /** It was called wrongly. */
    public static final int USAGE = 2;

    /** No director answers on the control socket. */
    public static final int NO_DIRECTOR = 3;

    private ExitCode() {}
}
