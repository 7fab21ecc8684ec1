package lb.core.service;

/** What foreign code may throw, and what of it may be caught. Stateless; any thread. */
public final class Faults {
    private Faults() {}

    /**
     * Throws on what says that this process is at its end, such as a lack of memory. A stack
     * overflow is the thrower's own fault, and over once it is caught.
     */
    public static void rethrowIfFatal(Throwable thrown) {
        if (thrown instanceof VirtualMachineError fatal
                && !(thrown instanceof StackOverflowError)) {
            throw fatal;
        }
    }

    /** Its class and message, whatever those do, on one line. */
    public static String text(Throwable thrown) {
        String message;
        try {
            message = thrown.getMessage();
        } catch (Throwable e) {
            rethrowIfFatal(e);
            message = null;
        }
        String text = thrown.getClass().getName() + (message == null ? "" : ": " + message);
        String line = text.replaceAll("\\s*\\R\\s*", " ");
        return line.length() > 300 ? line.substring(0, 300) + "…" : line;
    }
}
