package lb.vrrp.speaker;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a virtual router stands at one moment. Immutable; any thread.
 *
 * @param instance as configured
 * @param state keepalived's word: INIT, BACKUP, MASTER or FAULT
 * @param priority in force, 1 to 255
 * @param intervalNanos of the Active's adverts: our own, or learned
 * @param source our own address, or null while there is none
 * @param active the Active's source address; null while it is not known
 * @param nanosInState since the state was entered
 * @param faults why it is in FAULT, else empty
 * @param counters by name, in the order in which they are shown
 */
public record VrrpStatus(
        VrrpInstance instance,
        String state,
        int priority,
        long intervalNanos,
        @Nullable String source,
        @Nullable String active,
        long nanosInState,
        String faults,
        Map<String, Long> counters) {}
