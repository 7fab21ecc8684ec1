package lb.core.service;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The kinds of schedulers by name. Immutable; any thread. */
public final class SchedulerRegistry {
    private final Map<String, SchedulerKind> byName;

    private SchedulerRegistry(Map<String, SchedulerKind> byName) {
        this.byName = Collections.unmodifiableMap(byName);
    }

    /** The providers that {@link ServiceLoader} finds from {@code loader} on, as built in. */
    public static SchedulerRegistry load(ClassLoader loader) {
        Map<String, SchedulerKind> found = new TreeMap<>();
        for (SchedulerProvider provider : ServiceLoader.load(SchedulerProvider.class, loader)) {
            add(SchedulerKind.of(provider, SchedulerKind.BUILT_IN, ""), found);
        }
        return new SchedulerRegistry(found);
    }

    private static void add(SchedulerKind kind, Map<String, SchedulerKind> to) {
        SchedulerKind other = to.putIfAbsent(kind.name(), kind);
        if (other != null) {
            throw new IllegalStateException(
                    "two schedulers are called '"
                            + kind.name()
                            + "': "
                            + other.provider().getClass().getName()
                            + " and "
                            + kind.provider().getClass().getName()
                            + "; remove one of them");
        }
    }

    /**
     * The same and {@code more}.
     *
     * @throws IllegalStateException when a name is there already
     */
    public SchedulerRegistry with(Collection<SchedulerKind> more) {
        Map<String, SchedulerKind> all = new TreeMap<>(byName);
        more.forEach(kind -> add(kind, all));
        return new SchedulerRegistry(all);
    }

    /** The provider called {@code name}, or null. */
    public @Nullable SchedulerProvider find(String name) {
        SchedulerKind kind = byName.get(name);
        return kind == null ? null : kind.provider();
    }

    /** The kind called {@code name}, or null. */
    public @Nullable SchedulerKind kind(String name) {
        return byName.get(name);
    }

    /**
     * The kind called {@code name}, if it takes these flags.
     *
     * @throws IllegalArgumentException when there is none, or it does not
     */
    public SchedulerKind require(String name, Set<String> flags) {
        SchedulerKind kind = byName.get(name);
        if (kind == null) {
            throw new IllegalArgumentException(
                    "there is no scheduler '" + name + "'; known are " + String.join(" ", names()));
        }
        kind.requireFlags(flags);
        return kind;
    }

    /** All names, sorted. */
    public Collection<String> names() {
        return byName.keySet();
    }

    /** All kinds, sorted by name. */
    public Collection<SchedulerKind> kinds() {
        return byName.values();
    }
}
