package lb.director.plugin;

import java.util.Set;

/**
 * What a plug-in sees of lb: the scheduler seam and what it names, and the logging API. The rest of
 * lb can change without breaking a plug-in, and a plug-in can bring libraries of its own in
 * whatever version. Any thread.
 */
final class ApiLoader extends ClassLoader {
    private static final String SEAM = "lb.core.service.";
    private static final Set<String> BESIDES =
            Set.of("lb.core.wire.IpAddress", "org.jspecify.annotations.Nullable");
    private static final String LOGGING = "org.slf4j.";

    static {
        registerAsParallelCapable();
    }

    ApiLoader() {
        super("lb-plugin-api", ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (name.startsWith(SEAM) || name.startsWith(LOGGING) || BESIDES.contains(name)) {
            return Class.forName(name, false, ApiLoader.class.getClassLoader());
        }
        throw new ClassNotFoundException(name);
    }
}
