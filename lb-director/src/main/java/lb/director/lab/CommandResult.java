package lb.director.lab;

import java.util.List;

/**
 * What a command that has ended left behind. Immutable; any thread.
 *
 * @param command the program and its arguments
 * @param exitCode 0 to 255; 128 plus the signal when one ended it
 * @param output its standard output
 * @param errors its standard error
 */
public record CommandResult(List<String> command, int exitCode, String output, String errors) {
    /** Takes its own copy of the command. */
    public CommandResult {
        command = List.copyOf(command);
    }

    /**
     * This result, when the exit code is 0.
     *
     * @throws LabException for any other; the message has the command and what it said
     */
    public CommandResult orThrow() {
        if (exitCode != 0) {
            String said = errors.isBlank() ? output.strip() : errors.strip();
            throw new LabException(
                    "'" + String.join(" ", command) + "' ended with " + exitCode + ": " + said);
        }
        return this;
    }
}
