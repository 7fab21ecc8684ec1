package lb.director.config.syntax;

/**
 * One finding about a configuration, with its place. Immutable.
 *
 * @param message one line, says what is wrong and what to do
 */
public record Diagnostic(Severity severity, Kind kind, Location location, String message) {

    /**
     * What sort of finding it is; decides, beside the severity, the exit code of {@code lb check}.
     */
    public enum Kind {
        /** The text does not form a tree: braces, quotes, includes, variables, unreadable files. */
        SYNTAX,
        /** A value is missing, malformed or out of range. */
        VALUE,
        /**
         * A word that keepalived does not know at this place. A warning, since keepalived skips it
         * too; an error under {@code --strict}. {@code lb check} counts it either way.
         */
        UNKNOWN_KEYWORD,
        /** Something written was left out, as keepalived does. {@code lb check} counts it. */
        DROPPED,
        /** A value was changed or assumed, as keepalived does; the configuration is whole. */
        ADJUSTED,
        /** keepalived knows it, this program does not do it yet. */
        NOT_DONE
    }

    private static final int MESSAGE_LENGTH = 500;

    /** Whatever a file contains, a message is one printable line of bounded length. */
    public Diagnostic {
        message = Diagnostics.printable(message, MESSAGE_LENGTH);
    }

    /** True if {@code lb check} must end with exit code 4 because of this finding. */
    public boolean failsCheck() {
        return severity == Severity.ERROR || kind == Kind.UNKNOWN_KEYWORD || kind == Kind.DROPPED;
    }

    /** {@code file:line:column: error: message}. */
    @Override
    public String toString() {
        return location + ": " + severity.label() + ": " + message;
    }
}
