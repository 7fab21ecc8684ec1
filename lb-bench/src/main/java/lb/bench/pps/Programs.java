package lb.bench.pps;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether programs and libraries of Debian are there. Stateless; any thread. */
public final class Programs {
    private static final Path LIBRARIES = Path.of("/usr/lib");
    private static final int DEPTH = 4;

    private Programs() {}

    /** Null when {@code program} is there, else what is missing and where it comes from. */
    public static @Nullable String missing(String program, String debianPackage) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin";
        boolean there =
                Stream.of(path.split(":"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
        return there ? null : said(program, debianPackage);
    }

    /** Null when a library of this name is below /usr/lib, else what is missing. */
    static @Nullable String missingLibrary(String name, String debianPackage) {
        try (Stream<Path> found =
                Files.find(
                        LIBRARIES,
                        DEPTH,
                        (path, _) -> path.getFileName().toString().startsWith(name))) {
            return found.findAny().isPresent() ? null : said(name, debianPackage);
        } catch (IOException e) {
            return "cannot search " + LIBRARIES + ": " + e.getMessage();
        }
    }

    private static String said(String what, String debianPackage) {
        return what + " is not installed (Debian: " + debianPackage + ")";
    }

    /**
     * Installs packages with apt-get.
     *
     * @return whether it worked
     */
    static boolean install(List<String> packages) throws IOException, InterruptedException {
        return aptGet("install", packages)
                || (aptGet("update", List.of()) && aptGet("install", packages));
    }

    private static boolean aptGet(String verb, List<String> packages)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("apt-get", "-q", verb);
        if (!packages.isEmpty()) {
            builder.command().addAll(List.of("-y", "--no-install-recommends"));
            builder.command().addAll(packages);
        }
        builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        Process process = builder.start();
        process.getOutputStream().close();
        return process.waitFor() == 0;
    }
}
