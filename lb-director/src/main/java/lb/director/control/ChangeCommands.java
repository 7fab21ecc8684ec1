package lb.director.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import lb.core.service.ServiceKey;

/** The commands that change a running director, and that tell what was changed. Stateless. */
public final class ChangeCommands {
    private ChangeCommands() {}

    /** {@code change}, {@code overrides}, {@code zero} and {@code timeouts} of this director. */
    public static List<ControlCommand> of(DirectorView view, DirectorControl control) {
        return List.of(
                new Make(control), new Tell(control), new Zero(control), new TellTimeouts(view));
    }

    private record Make(DirectorControl control) implements ControlCommand {
        @Override
        public String name() {
            return "change";
        }

        @Override
        public void run(JsonNode request, ResultWriter out) throws ControlException {
            JsonNode changes = request.path("changes");
            if (!changes.isArray() || changes.isEmpty()) {
                throw new ControlException("'changes' has to be a list with at least one change");
            }
            List<Change> wanted = new ArrayList<>();
            for (JsonNode change : changes) {
                wanted.add(read(change, wanted.size() + 1));
            }
            out.result(control.change(wanted));
        }

        private static Change read(JsonNode change, int number) throws ControlException {
            try {
                return Answers.JSON.treeToValue(change, Change.class);
            } catch (JsonProcessingException e) {
                String why =
                        e.getCause() instanceof IllegalArgumentException refused
                                ? refused.getMessage()
                                : e.getOriginalMessage();
                throw new ControlException("change " + number + ": " + why, e);
            }
        }
    }

    private record Tell(DirectorControl control) implements ControlCommand {
        @Override
        public String name() {
            return "overrides";
        }

        @Override
        public void run(JsonNode request, ResultWriter out) {
            out.result(new OverridesReport(control.overrides()));
        }
    }

    private record Zero(DirectorControl control) implements ControlCommand {
        @Override
        public String name() {
            return "zero";
        }

        @Override
        public void run(JsonNode request, ResultWriter out) throws ControlException {
            JsonNode name = request.path("service");
            ServiceKey service =
                    name.isMissingNode() || name.isNull() ? null : control.find(name.asText());
            control.zero(service);
            out.result(new ChangeReport(List.of()));
        }
    }

    private record TellTimeouts(DirectorView view) implements ControlCommand {
        @Override
        public String name() {
            return "timeouts";
        }

        @Override
        public void run(JsonNode request, ResultWriter out) {
            out.result(TimeoutsReport.of(view.connections().timeouts()));
        }
    }
}
