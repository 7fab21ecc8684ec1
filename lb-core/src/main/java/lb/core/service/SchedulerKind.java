package lb.core.service;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One kind of scheduler as it was loaded: what its provider said of itself then, and where it came
 * from. Immutable; any thread.
 *
 * @param provider makes the schedulers; two kinds are the same if it is the same object
 * @param origin {@link #BUILT_IN}, or the path of the jar
 * @param version of the jar, or of lb; empty if it names none
 */
public record SchedulerKind(
        SchedulerProvider provider,
        String name,
        String description,
        Set<String> flags,
        List<SchedulerOption> options,
        boolean computable,
        boolean keyed,
        boolean mayRefuse,
        String origin,
        String version) {
    /** The origin of the schedulers that ship with lb. */
    public static final String BUILT_IN = "built in";

    private static final Logger LOG = LoggerFactory.getLogger(SchedulerKind.class);

    /** Copies the collections; refuses a name that no configuration could say. */
    public SchedulerKind {
        if (!name.matches("[a-z][a-z0-9_-]{0,31}")) {
            throw new IllegalArgumentException(
                    "'"
                            + name
                            + "' is no name for a scheduler: lower case letters, digits, '-' and '_', at most 32");
        }
        flags = Set.copyOf(flags);
        options = List.copyOf(options);
    }

    /** Asks a provider about itself; whatever that throws comes out. */
    public static SchedulerKind of(SchedulerProvider provider, String origin, String version) {
        return new SchedulerKind(
                provider,
                provider.name(),
                provider.description(),
                provider.flags(),
                provider.options(),
                provider.computable(),
                provider.keyed(),
                provider.mayRefuse(),
                origin,
                version);
    }

    /** Whether it is the very provider of {@code other}, not one of another jar or load. */
    @SuppressWarnings("ReferenceEquality") // a jar loaded twice makes two providers
    public boolean isSame(SchedulerKind other) {
        return provider == other.provider;
    }

    /** Whether it came from a jar, and so is watched. */
    public boolean isPlugin() {
        return !origin.equals(BUILT_IN);
    }

    /**
     * Looks whether it takes these flags.
     *
     * @throws IllegalArgumentException when it does not
     */
    void requireFlags(Set<String> given) {
        Set<String> seen = new TreeSet<>();
        for (String flag : given) {
            SchedulerOption option =
                    options.stream().filter(one -> one.isWrittenIn(flag)).findFirst().orElse(null);
            if (option == null && !flags.contains(flag)) {
                throw new IllegalArgumentException(
                        "the scheduler '"
                                + name
                                + "' does not know the flag '"
                                + flag
                                + "'; it knows "
                                + known());
            }
            if (option != null
                    && !option.accepts().test(flag.substring(option.name().length() + 1))) {
                throw new IllegalArgumentException(
                        "the scheduler '"
                                + name
                                + "' does not take '"
                                + flag
                                + "': "
                                + option.name()
                                + " is "
                                + option.allowed());
            }
            if (option != null && !seen.add(option.name())) {
                throw new IllegalArgumentException(
                        "the scheduler '" + name + "' got " + option.name() + " twice");
            }
        }
    }

    /** Its flags and options as an operator writes them. */
    public String known() {
        Set<String> all = new TreeSet<>(flags);
        options.forEach(option -> all.add(option.name() + "=…"));
        return all.isEmpty() ? "none" : String.join(" ", all);
    }

    /**
     * Makes a scheduler.
     *
     * @throws IllegalArgumentException when the provider failed, with what it said
     */
    Scheduler create(List<RealServer> newestFirst, Set<String> given) {
        try {
            Scheduler made = provider.create(newestFirst, given);
            if (isNull(made)) {
                throw new IllegalArgumentException(this + " made no scheduler: it returned null");
            }
            return made;
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** What its provider warns of. */
    List<String> warnings(List<RealServer> newestFirst, Set<String> given) {
        try {
            return List.copyOf(provider.warnings(newestFirst, given));
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    private IllegalArgumentException failure(Throwable thrown) {
        Faults.rethrowIfFatal(thrown);
        if (!isPlugin() && thrown instanceof IllegalArgumentException refusal) {
            return refusal;
        }
        LOG.debug("{} failed", this, thrown);
        return new IllegalArgumentException(this + " failed: " + Faults.text(thrown), thrown);
    }

    private static boolean isNull(@Nullable Object made) {
        return made == null;
    }

    /** {@code the scheduler 'least-bytes' of /usr/lib/lb/plugins/x.jar}. */
    @Override
    public String toString() {
        return "the scheduler '" + name + "'" + (isPlugin() ? " of " + origin : "");
    }
}
