package lb.director.control;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One virtual router at one moment. Immutable; any thread.
 *
 * @param name of the {@code vrrp_instance}
 * @param state INIT, BACKUP, MASTER or FAULT
 * @param interfaceName where its adverts go
 * @param virtualRouterId 1 to 255
 * @param version 2 or 3
 * @param priority configured
 * @param effectivePriority in force
 * @param intervalSeconds of the Active's adverts
 * @param vips all its addresses, with their prefix lengths
 * @param source where its adverts come from, or null while there is no address
 * @param active the address of the router that is Active, or null while it is not known
 * @param secondsInState since the state was entered
 * @param faults why it is in FAULT, else empty
 * @param trackers what changes its priority or keeps it in FAULT, its group's too
 * @param counters by name
 */
public record VrrpInstanceReport(
        String name,
        String state,
        String interfaceName,
        int virtualRouterId,
        int version,
        int priority,
        int effectivePriority,
        double intervalSeconds,
        List<String> vips,
        @Nullable String source,
        @Nullable String active,
        double secondsInState,
        String faults,
        List<VrrpTrackerReport> trackers,
        Map<String, Long> counters) {}
