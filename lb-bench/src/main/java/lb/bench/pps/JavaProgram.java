package lb.bench.pps;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How to start one of our own programs in a process of its own. Stateless; any thread. */
public final class JavaProgram {
    /** As the launcher starts lb. */
    public static final List<String> OPTIONS =
            List.of(
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-XX:+UseCompactObjectHeaders",
                    "-XX:+UseTransparentHugePages",
                    "-XX:MaxInlineLevel=20",
                    "-Xlog:pagesize=off",
                    "-XX:G1RSetUpdatingPauseTimePercent=60",
                    "-XX:+ExitOnOutOfMemoryError",
                    "-XX:-UsePerfData",
                    "-Djava.lang.invoke.MethodHandle.CUSTOMIZE_THRESHOLD=-1");

    private JavaProgram() {}

    /** A command line with this JVM's class path. */
    public static List<String> command(String main, List<String> options, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(OPTIONS);
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(arguments);
        return command;
    }

    /** Further words for the director's JVM, as the launcher takes them. */
    public static List<String> optionsOfTheUser() {
        String words = System.getenv().getOrDefault("LB_JAVA_OPTIONS", "").strip();
        return words.isEmpty() ? List.of() : List.of(words.split("\\s+"));
    }
}
