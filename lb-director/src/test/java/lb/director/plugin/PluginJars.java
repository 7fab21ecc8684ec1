package lb.director.plugin;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import lb.core.service.SchedulerProvider;

/** Compiles plug-ins and packs them into jars. Stateless; any thread. */
public final class PluginJars {
    private static final String SERVICES = "META-INF/services/" + SchedulerProvider.class.getName();

    private PluginJars() {}

    /** A folder that only its owner may write to. */
    public static Path folder(Path parent) throws IOException {
        Path folder = Files.createDirectories(parent.resolve("plugins"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        return folder;
    }

    /** The example that ships with lb, compiled from its sources. */
    public static Path example(Path folder) throws IOException {
        Path sources = Path.of("..", "examples", "scheduler-plugin", "src", "main");
        try (Stream<Path> files = Files.walk(sources.resolve("java"))) {
            List<Path> java = files.filter(file -> file.toString().endsWith(".java")).toList();
            String provider =
                    Files.readString(sources.resolve("resources").resolve(SERVICES)).strip();
            return jar(folder, "subnet.jar", java, provider, "0.1.0");
        }
    }

    /**
     * A plug-in with one scheduler.
     *
     * @param select the body of {@code select(Flow flow)}, in which {@code servers} is the list
     * @param extra further members of the provider, which may replace its own {@code create}
     */
    public static Path write(Path folder, String jar, String name, String select, String extra)
            throws IOException {
        String type = "P" + name.replaceAll("[^A-Za-z]", "");
        String create =
                extra.contains("Scheduler create(")
                        ? ""
                        : """
                        public Scheduler create(List<RealServer> servers, Set<String> flags) {
                            return flow -> { %s };
                        }
                        """
                                .formatted(select);
        String source =
                """
                package foreign;
                import java.util.*;
                import lb.core.service.*;
                public class %s implements SchedulerProvider {
                    public String name() { return "%s"; }
                    public String description() { return "of a test"; }
                    %s
                    %s
                }
                """
                        .formatted(type, name, create, extra);
        Path work = Files.createTempDirectory(beside(folder), "plugin");
        Path file = work.resolve(type + ".java");
        Files.writeString(file, source);
        return jar(folder, jar, List.of(file), "foreign." + type, "1");
    }

    /** Where the test's own folder is, which goes with all that is in it. */
    private static Path beside(Path folder) {
        return requireNonNull(folder.getParent());
    }

    private static Path jar(
            Path folder, String name, List<Path> sources, String provider, String version)
            throws IOException {
        Path classes = Files.createTempDirectory(beside(folder), "classes");
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> options =
                List.of(
                        "-proc:none",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-d",
                        classes.toString());
        StringWriter errors = new StringWriter();
        var files = compiler.getStandardFileManager(null, null, null);
        if (!compiler.getTask(
                        errors,
                        files,
                        null,
                        options,
                        null,
                        files.getJavaFileObjectsFromPaths(sources))
                .call()) {
            throw new IOException(errors.toString());
        }
        Path half = folder.resolve(name + ".tmp");
        pack(half, classes, provider, version);
        Path jar = folder.resolve(name);
        Files.setPosixFilePermissions(half, PosixFilePermissions.fromString("rw-r--r--"));
        return Files.move(half, jar, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void pack(Path jar, Path classes, String provider, String version)
            throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, version);
        List<Path> compiled = new ArrayList<>();
        try (Stream<Path> files = Files.walk(classes)) {
            files.filter(Files::isRegularFile).forEach(compiled::add);
        }
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream packed = new JarOutputStream(out, manifest)) {
            for (Path file : compiled) {
                packed.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                packed.write(Files.readAllBytes(file));
            }
            packed.putNextEntry(new JarEntry(SERVICES));
            packed.write(provider.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
    }
}
