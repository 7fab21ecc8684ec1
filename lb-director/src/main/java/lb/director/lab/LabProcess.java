package lb.director.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A program that runs in a host's namespace until it is stopped or its lab closes.
 *
 * <p>Any thread.
 */
public final class LabProcess {
    private static final Duration GRACE = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(5);

    private final String name;
    private final Process process;
    private final Path log;

    LabProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    Process process() {
        return process;
    }

    /** Its process id, which is also that of its process group. */
    public long pid() {
        return process.pid();
    }

    /** Whether it still runs. */
    public boolean alive() {
        return process.isAlive();
    }

    /**
     * What it has printed so far: standard error, and standard output unless that goes to a file of
     * its own.
     */
    public String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new LabException("cannot read what " + name + " printed: " + e.getMessage(), e);
        }
    }

    /**
     * Waits until it has printed {@code text}.
     *
     * @throws LabException when it ends first or the time is over; the message has what it printed
     *     instead
     */
    public LabProcess awaitOutput(String text, Duration timeout) {
        long deadlineNanos = System.nanoTime() + timeout.toNanos();
        while (!output().contains(text)) {
            if (Commands.ended(process, POLL) && !output().contains(text)) {
                throw new LabException(name + " ended with " + process.exitValue() + said());
            }
            if (System.nanoTime() - deadlineNanos > 0) {
                throw new LabException(
                        name
                                + " did not print '"
                                + text
                                + "' within "
                                + timeout.toSeconds()
                                + " s"
                                + said());
            }
        }
        return this;
    }

    private String said() {
        String output = output().strip();
        return output.isEmpty()
                ? " and printed nothing"
                : "; it printed:\n" + output.indent(2).stripTrailing();
    }

    /** Sends it alone a signal by its name without SIG, such as STOP or HUP. */
    public void signal(String signal) {
        Commands.signal(signal, Long.toString(pid()));
    }

    /** Waits for it to end by itself; its exit code. */
    public int await() throws InterruptedException {
        return process.waitFor();
    }

    /** Ends it and its whole process group: SIGTERM, and SIGKILL after 20 s; its exit code. */
    public int stop() {
        if (alive()) {
            Commands.signalGroup("TERM", pid());
            process.destroy();
            if (!Commands.ended(process, GRACE)) {
                return kill();
            }
        }
        return process.exitValue();
    }

    /** Ends it and its whole process group by SIGKILL, as a crash would; its exit code. */
    public int kill() {
        Commands.signalGroup("KILL", pid());
        process.destroyForcibly();
        return process.onExit().join().exitValue();
    }
}
