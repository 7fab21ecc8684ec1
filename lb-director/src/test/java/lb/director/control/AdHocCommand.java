package lb.director.control;

import com.fasterxml.jackson.databind.JsonNode;

/** A command made up for a test. Stateless. */
final class AdHocCommand {
    private AdHocCommand() {}

    /** What it does. */
    interface Body {
        void run(JsonNode request, ResultWriter out) throws ControlException;
    }

    static ControlCommand of(String name, Body body) {
        return new ControlCommand() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public void run(JsonNode request, ResultWriter out) throws ControlException {
                body.run(request, out);
            }
        };
    }
}
