package lb.core.service;

import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of the faults of a plug-in's scheduler in one service, and who serves instead after
 * the first. Any thread: each worker looks, and the first that meets a fault says so to all.
 *
 * @param substitute built in
 */
record Containment(
        ServiceKey service,
        SchedulerKind plugin,
        SchedulerKind substitute,
        Set<String> substituteFlags,
        AtomicLong faults,
        AtomicReference<@Nullable String> reason) {
    private static final Logger LOG = LoggerFactory.getLogger(Containment.class);

    Containment(
            ServiceKey service,
            SchedulerKind plugin,
            SchedulerKind substitute,
            Set<String> substituteFlags) {
        this(
                service,
                plugin,
                substitute,
                substituteFlags,
                new AtomicLong(),
                new AtomicReference<>());
    }

    /** Whether the plug-in is asked no more. */
    boolean isSet() {
        return reason.get() != null;
    }

    /** Has the substitute serve on all workers from now on. */
    void set(String why, @Nullable Throwable thrown) {
        faults.incrementAndGet();
        if (reason.compareAndSet(null, why)) {
            log(why, thrown);
        }
    }

    private void log(String why, @Nullable Throwable thrown) {
        try {
            String text = "{} failed in service {}: {}; '{}' serves instead until another is set";
            LOG.error(text, plugin, service, why, substitute.name(), thrown);
        } catch (Throwable e) {
            // A stranger's exception may throw again when it is printed.
            Faults.rethrowIfFatal(e);
            LOG.error("{} failed in service {}: {}", plugin, service, why);
        }
    }
}
