package lb.director.daemon;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/**
 * {@code lb} as the user nobody with just the capabilities given. Immutable; any thread.
 *
 * <p>Nobody may not look into root's home, where Maven keeps its jars, so the class path is copied.
 *
 * @param classPath for {@code java -cp}
 */
@NullMarked
record UnprivilegedJava(String classPath) {
    private static final String READABLE = "rwxr-xr-x";

    /** Copies the class path of this JVM to {@code folder}, which everybody may then read. */
    static UnprivilegedJava in(Path folder) throws IOException {
        makeReadable(folder);
        List<Path> copies = new ArrayList<>();
        for (String element : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path original = Path.of(element);
            Path copy = folder.resolve(copies.size() + "-" + original.getFileName());
            if (Files.isDirectory(original)) {
                copyFolder(original, copy);
                copies.add(copy);
            } else if (Files.isRegularFile(original)) {
                Files.copy(original, copy);
                Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
                copies.add(copy);
            }
        }
        return new UnprivilegedJava(
                copies.stream()
                        .map(Path::toString)
                        .collect(Collectors.joining(File.pathSeparator)));
    }

    private static void copyFolder(Path from, Path to) throws IOException {
        Files.walkFileTree(
                from,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path folder, BasicFileAttributes attributes) throws IOException {
                        makeReadable(Files.createDirectories(to.resolve(from.relativize(folder))));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.copy(file, to.resolve(from.relativize(file)));
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    static void makeReadable(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(READABLE));
    }

    /**
     * The command line of {@code lb}.
     *
     * @param capabilities as setpriv(1) writes them, such as {@code +net_raw,+bpf}; empty for none
     */
    String[] lb(String capabilities, String... arguments) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String only = capabilities.isEmpty() ? "-all" : "-all," + capabilities;
        Stream<String> setpriv =
                Stream.of(
                        "setpriv",
                        "--reuid=nobody",
                        "--regid=nogroup",
                        "--clear-groups",
                        "--no-new-privs",
                        "--inh-caps=" + only,
                        "--bounding-set=" + only,
                        "--ambient-caps=" + only,
                        java);
        Stream<String> options =
                ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                        .filter(option ->
                                !option.startsWith("-javaagent")
                                        && !option.startsWith("-agentlib"));
        return Stream.of(
                        setpriv,
                        options,
                        Stream.of("-cp", classPath, "lb.director.Main"),
                        Stream.of(arguments))
                .flatMap(words -> words)
                .toArray(String[]::new);
    }
}
