package lb.director.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.ServiceLoader;
import lb.core.service.Faults;
import lb.core.service.SchedulerKind;
import lb.core.service.SchedulerProvider;

/**
 * One jar as it was read, and the schedulers that it holds. Immutable; any thread.
 *
 * @param fingerprint of the file's content, to see whether it changed
 * @param kinds at least one
 */
record PluginJar(Path path, String fingerprint, List<SchedulerKind> kinds) {
    private static final String SERVICES = "META-INF/services/" + SchedulerProvider.class.getName();
    private static final long MOST_BYTES = 64L << 20;

    /**
     * Reads the bytes of a jar that nobody else could have written.
     *
     * @throws PluginException when it may not be used
     */
    static byte[] read(Path path) throws PluginException {
        try {
            Path real = path.toRealPath();
            Trust.require(real);
            if (!Files.isRegularFile(real)) {
                throw new PluginException("it is no file");
            }
            if (Files.size(real) > MOST_BYTES) {
                throw new PluginException("it is larger than 64 MiB");
            }
            return Files.readAllBytes(real);
        } catch (IOException e) {
            throw new PluginException("it cannot be read: " + Faults.text(e), e);
        }
    }

    /**
     * Loads its schedulers.
     *
     * @throws PluginException when the jar is broken, or any of its providers
     */
    static PluginJar load(Path path, byte[] bytes, ClassLoader api) throws PluginException {
        try {
            JarLoader loader = new JarLoader(path.getFileName().toString(), bytes, api);
            if (!loader.has(SERVICES)) {
                throw new PluginException("it holds no scheduler: " + SERVICES + " is missing");
            }
            List<SchedulerKind> kinds = new ArrayList<>();
            for (SchedulerProvider provider : ServiceLoader.load(SchedulerProvider.class, loader)) {
                kinds.add(SchedulerKind.of(provider, path.toString(), loader.version()));
            }
            if (kinds.isEmpty()) {
                throw new PluginException("it holds no scheduler: " + SERVICES + " names none");
            }
            return new PluginJar(path, fingerprint(bytes), kinds);
        } catch (PluginException e) {
            throw e;
        } catch (Throwable e) {
            // Foreign code: static initializers, constructors, names and all the rest.
            Faults.rethrowIfFatal(e);
            throw new PluginException("it cannot be loaded: " + Faults.text(root(e)), e);
        }
    }

    /** What ServiceLoader, or a class's initialization, wrapped. */
    private static Throwable root(Throwable thrown) {
        Throwable cause = thrown.getCause();
        return cause == null ? thrown : cause;
    }

    /** SHA-256 in hexadecimal. */
    static String fingerprint(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
