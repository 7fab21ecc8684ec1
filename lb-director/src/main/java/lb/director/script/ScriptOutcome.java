package lb.director.script;

/** How a script ended. Immutable; any thread. */
public sealed interface ScriptOutcome {
    /**
     * It ended by itself.
     *
     * @param code its exit code, 0 to 255; for one that a signal ended 128 and the signal's number,
     *     as shells count
     */
    record Exited(int code) implements ScriptOutcome {}

    /** It ran longer than it might and was ended, with all that it had started. */
    record TimedOut() implements ScriptOutcome {}

    /** It was stopped, since the director stops. */
    record Stopped() implements ScriptOutcome {}

    /**
     * It never ran.
     *
     * @param reason for the operator
     */
    record NotStarted(String reason) implements ScriptOutcome {}

    /** Whether it ended by itself with exit code 0. */
    default boolean succeeded() {
        return this instanceof Exited(int code) && code == 0;
    }

    /** For a log line behind the script's name. */
    default String text() {
        return switch (this) {
            case Exited(int code) when code > 128 && code <= 128 + 64 ->
                    "ended with " + code + " (signal " + (code - 128) + ")";
            case Exited(int code) -> "ended with " + code;
            case TimedOut _ -> "took too long and was stopped";
            case Stopped _ -> "was stopped";
            case NotStarted(String reason) -> "could not be started: " + reason;
        };
    }
}
