package lb.director.demo;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How to start this program again in another process. Stateless; any thread. */
final class DirectorProgram {
    private static final String MAIN = "lb.director.Main";

    private DirectorProgram() {}

    /** The command line: this JVM, its options and class path, and the arguments. */
    static String[] command(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option ->
                        !option.startsWith("-javaagent") && !option.startsWith("-agentlib"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
        command.addAll(List.of(arguments));
        return command.toArray(String[]::new);
    }
}
