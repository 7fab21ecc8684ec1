package lb.director.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import lb.director.control.ControlClient;
import lb.director.lab.Host;
import lb.director.lab.LabProcess;

/** A director's process in a host. One thread. */
final class RunningDirector implements AutoCloseable {
    private final Path configuration;
    private final Path control;
    private final LabProcess process;

    private RunningDirector(Path configuration, Path control, LabProcess process) {
        this.configuration = configuration;
        this.control = control;
        this.process = process;
    }

    /** Starts one; returns when it forwards. */
    static RunningDirector start(Host host, Path directory, String configuration, String... options)
            throws IOException {
        return launch(host, directory, configuration, options).awaitReady();
    }

    /** Starts one; returns at once. */
    static RunningDirector launch(
            Host host, Path directory, String configuration, String... options) throws IOException {
        return launch(host, directory, configuration, List.of(), List.of(options));
    }

    private static RunningDirector launch(
            Host host,
            Path directory,
            String configuration,
            List<String> prefix,
            List<String> options)
            throws IOException {
        Path file = directory.resolve("director.conf");
        Path control = directory.resolve("director.sock");
        Files.writeString(file, configuration);
        List<String> arguments =
                new ArrayList<>(
                        List.of("run", "-c", file.toString(), "--control", control.toString()));
        arguments.addAll(options);
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(LbProgram.command(arguments.toArray(String[]::new))));
        LabProcess process = host.start("the director", command.toArray(String[]::new));
        return new RunningDirector(file, control, process);
    }

    /** Starts one that inherits its signals as ignored; returns when it forwards. */
    static RunningDirector startWithSignalsIgnored(Host host, Path directory, String configuration)
            throws IOException {
        List<String> ignoring = List.of("sh", "-c", "trap '' HUP INT TERM; exec \"$@\"", "sh");
        return launch(host, directory, configuration, ignoring, List.of()).awaitReady();
    }

    RunningDirector awaitReady() {
        return awaitLog(" ready: ");
    }

    RunningDirector awaitLog(String text) {
        process.awaitOutput(text, LbProgram.TIMEOUT);
        return this;
    }

    String log() {
        return process.output();
    }

    Path control() {
        return control;
    }

    long pid() {
        return process.pid();
    }

    boolean alive() {
        return process.alive();
    }

    /** Sends a signal by its name without SIG. */
    void signal(String name) {
        process.signal(name);
    }

    /** Sends a signal that ends it; its exit code. */
    int end(String signal) throws InterruptedException, TimeoutException {
        process.signal(signal);
        return awaitEnd();
    }

    /** Waits for its end; the exit code. */
    int awaitEnd() throws InterruptedException, TimeoutException {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
        while (process.alive()) {
            if (System.nanoTime() - deadlineNanos > 0) {
                throw new TimeoutException("the director goes on; it printed:\n" + log());
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return process.await();
    }

    /** Ends it as a crash would. */
    void kill() {
        process.kill();
    }

    /** Has it read another configuration. */
    void reload(String text, String expectedLog) throws IOException {
        Files.writeString(configuration, text);
        process.signal("HUP");
        awaitLog(expectedLog);
    }

    /** Asks it something. */
    JsonNode ask(String command) throws Exception {
        try (ControlClient client = ControlClient.connect(control)) {
            return client.ask(command);
        }
    }

    /** How many frames ended in a verdict. */
    long verdict(String name) throws Exception {
        for (JsonNode verdict : ask("stats").path("verdicts")) {
            if (verdict.path("verdict").asText().equals(name)) {
                return verdict.path("frames").asLong();
            }
        }
        throw new IllegalArgumentException("no verdict " + name);
    }

    /** How many of the forwarded frames the kernel handed on, as told now. */
    long handedOn() throws Exception {
        return ask("stats").path("handedOn").asLong();
    }

    /** Waits until the kernel has handed more on than this; how many. */
    long awaitHandedOn(long moreThan) throws Exception {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
        while (true) {
            long frames = handedOn();
            if (frames > moreThan) {
                return frames;
            }
            if (System.nanoTime() - deadlineNanos > 0) {
                throw new TimeoutException("the kernel hands nothing on; stats: " + ask("stats"));
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    @Override
    public void close() {
        process.stop();
    }
}
