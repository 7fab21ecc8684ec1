package lb.director.control;

import java.util.List;

/**
 * What a running director is. Immutable; any thread.
 *
 * @param version of lb
 * @param pid its process
 * @param uptimeSeconds since it was ready
 * @param workers data-plane threads
 * @param ring the kind of receive ring, such as {@code v2}; of {@code auto} also what it is now
 * @param configuration the file that it was started with
 * @param vips the VIPs that it holds now
 */
public record DirectorStatus(
        String version,
        long pid,
        long uptimeSeconds,
        int workers,
        String ring,
        String configuration,
        List<String> vips) {}
