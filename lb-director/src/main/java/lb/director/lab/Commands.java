package lb.director.lab;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts programs, each as the leader of a session of its own. Stateless; any thread. */
final class Commands {
    /** What a command that only sets something up may take: 40 s, far above what any needs. */
    static final Duration SHORT = Duration.ofSeconds(40);

    private Commands() {}

    /**
     * The program, ready to start, without standard input.
     *
     * <p>In a session of its own Ctrl-C at the terminal reaches the JVM alone, which then takes the
     * network down in order; and a signal to its process group reaches all that it started. As
     * {@code setsid} does not fork here, the process keeps the id that Java sees.
     */
    static ProcessBuilder prepare(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder("setsid");
        builder.command().addAll(command);
        builder.redirectInput(new File("/dev/null"));
        // A login without root's PATH lacks the folders in which Debian keeps ip, tc and ethtool.
        builder.environment()
                .merge(
                        "PATH",
                        "/usr/local/sbin:/usr/sbin:/sbin",
                        (path, more) -> path + ":" + more);
        builder.environment().put("LC_ALL", "C");
        return builder;
    }

    /**
     * Runs a short command to its end; its output passes through two files in {@code directory}.
     */
    static CommandResult run(Path directory, List<String> command) {
        try {
            Path output = Files.createTempFile(directory, "command", ".out");
            Path errors = Files.createTempFile(directory, "command", ".err");
            try {
                Process process = start(prepare(command), output, errors);
                return finish(process, SHORT, command, output, errors);
            } finally {
                Files.deleteIfExists(output);
                Files.deleteIfExists(errors);
            }
        } catch (IOException e) {
            throw new LabException(
                    "'" + String.join(" ", command) + "' cannot be run: " + e.getMessage(), e);
        }
    }

    static Process start(ProcessBuilder builder, Path output, Path errors) throws IOException {
        builder.redirectOutput(output.toFile());
        return output.equals(errors)
                ? builder.redirectErrorStream(true).start()
                : builder.redirectError(errors.toFile()).start();
    }

    /**
     * Waits for the end; whoever is still at work after {@code timeout} is killed, which is an
     * error.
     */
    static CommandResult finish(
            Process process, Duration timeout, List<String> command, Path output, Path errors)
            throws IOException {
        if (!ended(process, timeout)) {
            signalGroup("KILL", process.pid());
            process.destroyForcibly();
            throw new LabException(
                    "'"
                            + String.join(" ", command)
                            + "' did not end within "
                            + timeout.toSeconds()
                            + " s; it said: "
                            + (Files.readString(output) + Files.readString(errors)).strip());
        }
        return new CommandResult(
                command, process.exitValue(), Files.readString(output), Files.readString(errors));
    }

    /**
     * Whether the process has ended, now or within the time; an interrupted thread does not wait.
     */
    static boolean ended(Process process, Duration timeout) {
        try {
            return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return !process.isAlive();
        }
    }

    /** Sends a signal such as TERM to the process group of a process made by {@link #prepare}. */
    static void signalGroup(String signal, long leader) {
        signal(signal, "-" + leader);
    }

    /**
     * Sends a signal to a process ("12") or a group ("-12"); that it is gone already is no error.
     */
    static void signal(String signal, String target) {
        try {
            Process kill =
                    new ProcessBuilder("sh", "-c", "kill -s " + signal + " -- " + target)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            ended(kill, SHORT);
        } catch (IOException e) {
            throw new LabException("cannot signal " + target + ": " + e.getMessage(), e);
        }
    }
}
