package lb.director.lab;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Removes namespaces and folders of labs, found by their names. Stateless; any thread. */
final class Leftovers {
    private static final Path NAMESPACES = Path.of("/run/netns");
    private static final Path TEMPORARY = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
    private static final Pattern NAME = Pattern.compile("(?:lab-)?(lb-(\\d+)(?:\\.\\d+)?-).*");

    private Leftovers() {}

    /** Removes all of every lab whose JVM is gone. */
    static void sweep() {
        removeNamespaces(Leftovers::abandoned);
        for (Path folder : list(TEMPORARY, "lab-lb-")) {
            Matcher name = NAME.matcher(folder.getFileName().toString());
            if (name.matches() && abandoned(name.group(1))) {
                removeFolder(folder);
            }
        }
    }

    /**
     * Whether the process in a prefix such as {@code lb-12-} is gone, or its number now belongs to
     * no JVM.
     */
    private static boolean abandoned(String prefix) {
        Matcher name = NAME.matcher(prefix);
        try {
            return name.matches()
                    && !Files.readString(Path.of("/proc", name.group(2), "comm"))
                            .strip()
                            .equals("java");
        } catch (IOException e) {
            return true;
        }
    }

    /** Removes the namespaces whose prefix is asked for, and first whatever still runs in them. */
    static void removeNamespaces(Predicate<String> prefix) {
        for (Path path : list(NAMESPACES, "lb-")) {
            Matcher name = NAME.matcher(path.getFileName().toString());
            if (name.matches() && prefix.test(name.group(1))) {
                removeNamespace(path.getFileName().toString());
            }
        }
    }

    private static void removeNamespace(String namespace) {
        String self = Long.toString(ProcessHandle.current().pid());
        CommandResult inside = Commands.run(TEMPORARY, List.of("ip", "netns", "pids", namespace));
        // One of our own threads may have entered it; everything else in there was started by the
        // lab.
        inside.output()
                .lines()
                .map(String::strip)
                .filter(pid -> !pid.isEmpty() && !pid.equals(self))
                .forEach(pid -> Commands.signal("KILL", pid));
        Commands.run(TEMPORARY, List.of("ip", "netns", "del", namespace));
    }

    /** Removes a folder with all that is in it. */
    static void removeFolder(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new LabException("cannot remove " + folder + ": " + e.getMessage(), e);
        }
    }

    private static List<Path> list(Path folder, String start) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(folder, start + "*")) {
            List<Path> found = new ArrayList<>();
            paths.forEach(found::add);
            return found;
        } catch (IOException e) {
            throw new LabException("cannot list " + folder + ": " + e.getMessage(), e);
        }
    }
}
