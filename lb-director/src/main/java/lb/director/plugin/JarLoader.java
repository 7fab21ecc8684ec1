package lb.director.plugin;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * The classes of one jar, out of memory: a jar that is replaced or removed in the folder disturbs
 * nothing that runs. Any thread.
 */
final class JarLoader extends ClassLoader {
    /** Bytes that the entries of a jar may have, unpacked. */
    private static final long MOST_BYTES = 128L << 20;

    static {
        registerAsParallelCapable();
    }

    private final Map<String, byte[]> entries = new HashMap<>();
    private final @Nullable Manifest manifest;

    /** Reads the jar whose bytes these are. */
    JarLoader(String name, byte[] jar, ClassLoader parent) throws IOException {
        super(name, parent);
        try (JarInputStream in = new JarInputStream(new ByteArrayInputStream(jar), false)) {
            manifest = in.getManifest();
            long bytes = 0;
            for (JarEntry entry = in.getNextJarEntry();
                    entry != null;
                    entry = in.getNextJarEntry()) {
                byte[] content = in.readNBytes((int) (MOST_BYTES - bytes) + 1);
                bytes += content.length;
                if (bytes > MOST_BYTES) {
                    throw new IOException("it unpacks to more than 128 MiB");
                }
                entries.put(entry.getName(), content);
            }
        }
        if (entries.isEmpty()) {
            throw new IOException("it is no jar, or an empty one");
        }
    }

    /** {@code Implementation-Version} of the manifest; empty if there is none. */
    String version() {
        Manifest read = manifest;
        String version =
                read == null
                        ? null
                        : read.getMainAttributes().getValue(Attributes.Name.IMPLEMENTATION_VERSION);
        return version == null ? "" : version.strip();
    }

    boolean has(String entry) {
        return entries.containsKey(entry);
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] code = entries.get(name.replace('.', '/') + ".class");
        if (code == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, code, 0, code.length);
    }

    @Override
    protected @Nullable URL findResource(String name) {
        byte[] content = entries.get(name);
        return content == null ? null : url(name, content);
    }

    @Override
    protected Enumeration<URL> findResources(String name) {
        URL found = findResource(name);
        return found == null
                ? Collections.emptyEnumeration()
                : Collections.enumeration(List.of(found));
    }

    private static URL url(String name, byte[] content) {
        try {
            URI uri = URI.create("lb-plugin:/" + name.replaceAll("[^A-Za-z0-9._/$-]", "_"));
            return URL.of(uri, new Memory(content));
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens what is in memory. */
    private static final class Memory extends URLStreamHandler {
        private final byte[] content;

        Memory(byte[] content) {
            this.content = content;
        }

        @Override
        protected URLConnection openConnection(URL url) {
            return new URLConnection(url) {
                @Override
                public void connect() {
                    // There is nothing to connect to.
                }

                @Override
                public InputStream getInputStream() {
                    return new ByteArrayInputStream(content);
                }
            };
        }
    }
}
