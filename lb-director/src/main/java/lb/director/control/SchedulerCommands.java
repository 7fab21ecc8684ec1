package lb.director.control;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The commands about schedulers. Stateless; any thread. */
public final class SchedulerCommands {
    private SchedulerCommands() {}

    /** {@code schedulers} and {@code scheduler-set} of this director. */
    public static List<ControlCommand> of(SchedulerControl control) {
        return List.of(new Tell(control), new Swap(control));
    }

    private record Tell(SchedulerControl control) implements ControlCommand {
        @Override
        public String name() {
            return "schedulers";
        }

        @Override
        public void run(JsonNode request, ResultWriter out) {
            out.result(control.schedulers());
        }
    }

    /** {@code {"service":…,"scheduler":…,"flags":[…],"dryRun":true}}. */
    private record Swap(SchedulerControl control) implements ControlCommand {
        @Override
        public String name() {
            return "scheduler-set";
        }

        @Override
        public void run(JsonNode request, ResultWriter out) throws ControlException {
            String service = text(request, "service");
            String scheduler = text(request, "scheduler");
            Set<String> flags = new LinkedHashSet<>();
            for (JsonNode flag : request.path("flags")) {
                flags.add(flag.asText());
            }
            out.result(
                    request.path("dryRun").asBoolean()
                            ? control.dryRun(service, scheduler, flags)
                            : control.set(service, scheduler, flags));
        }

        private static String text(JsonNode request, String field) throws ControlException {
            JsonNode value = request.path(field);
            if (!value.isTextual()) {
                throw new ControlException("the field '" + field + "' is missing");
            }
            return value.textValue();
        }
    }
}
