package lb.core.service;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The scheduler providers by name. Immutable; any thread. */
public final class SchedulerRegistry {
    private final Map<String, SchedulerProvider> byName;

    private SchedulerRegistry(Map<String, SchedulerProvider> byName) {
        this.byName = byName;
    }

    /** The providers that {@link ServiceLoader} finds from {@code loader} on. */
    public static SchedulerRegistry load(ClassLoader loader) {
        Map<String, SchedulerProvider> found = new TreeMap<>();
        for (SchedulerProvider provider : ServiceLoader.load(SchedulerProvider.class, loader)) {
            SchedulerProvider other = found.putIfAbsent(provider.name(), provider);
            if (other != null) {
                throw new IllegalStateException(
                        "two schedulers are called '"
                                + provider.name()
                                + "': "
                                + other.getClass().getName()
                                + " and "
                                + provider.getClass().getName()
                                + "; remove one of them");
            }
        }
        return new SchedulerRegistry(Collections.unmodifiableMap(found));
    }

    /** The provider called {@code name}, or null. */
    public @Nullable SchedulerProvider find(String name) {
        return byName.get(name);
    }

    /** All names, sorted. */
    public Collection<String> names() {
        return byName.keySet();
    }

    /** All providers, sorted by name. */
    public Collection<SchedulerProvider> providers() {
        return byName.values();
    }
}
