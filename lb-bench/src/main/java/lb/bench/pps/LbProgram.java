package lb.bench.pps;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lb.director.lab.LabException;

/** The director as users run it, {@code lb run}, in a process of its own. Stateless; any thread. */
public final class LbProgram {
    private LbProgram() {}

    /**
     * A command line that runs a configuration; it prints "ready" when it forwards.
     *
     * @param directory where the configuration and the control socket go
     * @param configuration its text
     * @throws LabException when the file cannot be written
     */
    public static List<String> command(Path directory, String configuration) {
        Path file = directory.resolve("lb.conf");
        write(file, configuration);
        // One processor is all that a JVM sees of its pinning, and it would choose a collector
        // for that.
        List<String> options =
                new ArrayList<>(
                        List.of(
                                "-XX:ActiveProcessorCount="
                                        + Runtime.getRuntime().availableProcessors()));
        options.addAll(JavaProgram.optionsOfTheUser());
        return JavaProgram.command(
                "lb.director.Main",
                options,
                List.of(
                        "run",
                        "-c",
                        file.toString(),
                        "--control",
                        directory.resolve("control.sock").toString()));
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new LabException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
