package lb.director.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network on this machine in namespaces named {@code lb-<pid>-<name>}, which vanishes when it is
 * closed.
 *
 * <p>Any thread; whatever changes the network takes one lock. Closing also happens when the JVM
 * ends, by Ctrl-C too and with a network half built: whoever is still building gets a {@link
 * LabException}. Needs root.
 */
public final class Lab implements AutoCloseable {
    private static final AtomicInteger OPENED = new AtomicInteger();

    private final Object lock = new Object();
    private final List<LabProcess> processes = new ArrayList<>();
    private final Thread atExit = new Thread(this::removeAll, "lab-removal");
    private final String prefix;
    private final Path directory;
    private volatile boolean closed;
    private int files;

    private Lab(String prefix, Path directory) {
        this.prefix = prefix;
        this.directory = directory;
    }

    /**
     * An empty network. Removes first what labs of JVMs that were killed have left behind.
     *
     * @throws LabException when a program it needs is missing or the files cannot be made
     */
    public static Lab open() {
        Leftovers.sweep();
        int number = OPENED.incrementAndGet();
        String prefix =
                "lb-" + ProcessHandle.current().pid() + (number == 1 ? "" : "." + number) + "-";
        Lab lab = new Lab(prefix, makeFolder("lab-" + prefix));
        try {
            Runtime.getRuntime().addShutdownHook(lab.atExit);
        } catch (IllegalStateException e) {
            lab.removeAll();
            throw new LabException("the JVM is ending", e);
        }
        return lab;
    }

    private static Path makeFolder(String start) {
        try {
            return Files.createTempDirectory(start);
        } catch (IOException e) {
            throw new LabException("cannot make the lab's folder for logs: " + e.getMessage(), e);
        }
    }

    /** A switch that hosts can be attached to: a bridge in a namespace of its own. */
    public Bridge bridge(String name) {
        Bridge bridge = new Bridge(this, addNamespace(name));
        bridge.create();
        return bridge;
    }

    /** A machine with nothing but its loopback interface. */
    public Host host(String name) {
        Host host = new Host(this, name, addNamespace(name));
        host.create();
        return host;
    }

    /** The folder for files that live as long as this lab. */
    public Path directory() {
        return directory;
    }

    /** Whether it has been closed, perhaps by the end of the JVM. */
    public boolean closed() {
        return closed;
    }

    private String addNamespace(String name) {
        String namespace = prefix + name;
        configure(List.of("ip", "netns", "add", namespace));
        return namespace;
    }

    /**
     * Runs a short command that changes the network; under the lock, so that closing waits for it.
     */
    CommandResult configure(List<String> command) {
        synchronized (lock) {
            requireOpen();
            return Commands.run(directory, command).orThrow();
        }
    }

    /** Runs a command to its end or its timeout; closing the lab ends it. */
    CommandResult run(Duration timeout, List<String> command) {
        Path output = file(".out");
        Path errors = file(".err");
        LabProcess started = start(command.getFirst(), command, output, errors);
        try {
            return Commands.finish(started.process(), timeout, command, output, errors);
        } catch (IOException e) {
            throw new LabException(
                    "cannot read the output of '" + String.join(" ", command) + "'", e);
        } finally {
            synchronized (lock) {
                processes.remove(started);
            }
        }
    }

    /**
     * Starts a command that is ended when the lab closes; {@code output} and {@code log} may be one
     * file.
     */
    LabProcess start(String name, List<String> command, Path output, Path log) {
        synchronized (lock) {
            requireOpen();
            try {
                Process process = Commands.start(Commands.prepare(command), output, log);
                LabProcess started = new LabProcess(name, process, log);
                processes.add(started);
                return started;
            } catch (IOException e) {
                throw new LabException(
                        "cannot start '" + String.join(" ", command) + "': " + e.getMessage(), e);
            }
        }
    }

    /** A new name in {@link #directory}. */
    Path file(String suffix) {
        synchronized (lock) {
            return directory.resolve(++files + suffix);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new LabException("the lab is closed");
        }
    }

    /** Ends every process and removes every namespace and file. A second call does nothing. */
    @Override
    public void close() {
        removeAll();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The JVM is ending: its own call of removeAll has waited for this one, or the reverse.
        }
    }

    private void removeAll() {
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            processes.parallelStream().forEach(LabProcess::stop);
            Leftovers.removeNamespaces(prefix::equals);
            Leftovers.removeFolder(directory);
        }
    }
}
