package lb.director.control;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Something that a director can be asked or told over its control socket. Runs on a command thread,
 * several at once; one that changes something hands the change to the thread that owns it.
 */
public interface ControlCommand {
    /** What a request calls it. */
    String name();

    /**
     * Answers one request: rows if there are many, and one result at the end.
     *
     * @param request the whole request, arguments included
     * @throws ControlException when it cannot be done; the message is the answer
     */
    void run(JsonNode request, ResultWriter out) throws ControlException;
}
