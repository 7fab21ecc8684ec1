package lb.director.daemon;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import lb.director.lab.CommandResult;
import lb.director.lab.Host;

/**
 * The program {@code lb} in a JVM of its own, with this JVM's class path. Stateless; any thread.
 */
final class LbProgram {
    static final Duration TIMEOUT = Duration.ofSeconds(40);

    private LbProgram() {}

    static String[] command(String... arguments) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-XX:+UseCompactObjectHeaders",
                                "-XX:+UseTransparentHugePages",
                                "-XX:MaxInlineLevel=20",
                                "-Xlog:pagesize=off",
                                "-Djava.lang.invoke.MethodHandle.CUSTOMIZE_THRESHOLD=-1",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "lb.director.Main"));
        command.addAll(List.of(arguments));
        return command.toArray(String[]::new);
    }

    /** Runs it in a host to its end. */
    static CommandResult run(Host host, String... arguments) {
        return host.run(TIMEOUT, command(arguments));
    }
}
