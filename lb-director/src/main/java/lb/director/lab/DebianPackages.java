package lb.director.lab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The Debian packages that the demo needs, from the list {@code debian-packages.txt} beside this
 * class.
 *
 * <p>Stateless; any thread.
 */
public final class DebianPackages {
    private static final String LIST = "debian-packages.txt";
    private static final String USE = "demo";

    private DebianPackages() {}

    /** The packages whose command is in none of the folders where programs stand. */
    public static List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (String line : list().lines().filter(text -> !text.startsWith("#")).toList()) {
            List<String> words = List.of(line.strip().split("\\s+"));
            if (words.subList(2, words.size()).contains(USE) && !installed(words.get(1))) {
                missing.add(words.getFirst());
            }
        }
        return missing;
    }

    /**
     * Installs what is missing with apt-get, and says which packages; without any it does nothing.
     *
     * @throws LabException when they are not there afterwards; the message says what to do
     */
    public static void install(Consumer<String> say) {
        List<String> missing = missing();
        if (missing.isEmpty()) {
            return;
        }
        String names = String.join(" ", missing);
        if (!installed("apt-get")) {
            throw new LabException(
                    "missing on this machine, which has no apt-get: "
                            + names
                            + ". Install them by the means of your distribution and start again");
        }
        say.accept("Installing Debian packages: " + names);
        if (!aptGet(
                Stream.concat(
                        Stream.of("install", "-y", "--no-install-recommends"), missing.stream()))) {
            aptGet(Stream.of("update"));
            aptGet(
                    Stream.concat(
                            Stream.of("install", "-y", "--no-install-recommends"),
                            missing.stream()));
        }
        if (!missing().isEmpty()) {
            throw new LabException(
                    "apt-get could not install "
                            + String.join(" ", missing())
                            + ". See what 'apt-get install "
                            + names
                            + "' says");
        }
    }

    private static boolean aptGet(Stream<String> arguments) {
        ProcessBuilder builder =
                new ProcessBuilder(Stream.concat(Stream.of("apt-get", "-q"), arguments).toList());
        builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            return process.waitFor() == 0;
        } catch (IOException e) {
            throw new LabException("cannot run apt-get: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static boolean installed(String command) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin:/usr/bin:/bin";
        return Stream.of(path.split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
    }

    private static String list() {
        try (InputStream stream = DebianPackages.class.getResourceAsStream(LIST)) {
            if (stream == null) {
                throw new LabException(LIST + " is not in the class path: build again");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new LabException("cannot read " + LIST + ": " + e.getMessage(), e);
        }
    }
}
