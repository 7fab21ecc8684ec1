package lb.director.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import lb.director.control.Change;
import lb.director.control.ChangeReport;
import lb.director.control.ControlClient;
import lb.director.control.ControlException;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Asks a director for changes. Stateless; any thread. */
final class ChangeRequest {
    private ChangeRequest() {}

    /** Has all changes made, or none; prints what the operator should know of it. */
    static int send(ControlOptions control, CommandSpec spec, Change... changes)
            throws ControlException {
        CommandLine command = spec.commandLine();
        try (ControlClient client = ControlClient.connect(control.path())) {
            JsonNode answer = client.ask("change", Map.of("changes", changes), _ -> {});
            if (control.json()) {
                print(command.getOut(), answer.toPrettyString());
            } else {
                print(command.getErr(), ControlClient.read(answer, ChangeReport.class).notes());
            }
        }
        return ExitCode.OK;
    }

    private static void print(PrintWriter to, List<String> notes) {
        notes.forEach(note -> print(to, "lb: " + note));
    }

    private static void print(PrintWriter to, String line) {
        to.println(line);
        to.flush();
    }
}
