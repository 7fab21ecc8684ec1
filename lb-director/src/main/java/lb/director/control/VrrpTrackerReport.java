package lb.director.control;

/**
 * What tracks an instance, at one moment. Immutable; any thread.
 *
 * @param kind interface, script or file
 * @param name of the interface, or of the block
 * @param state UP, DOWN, UNKNOWN (no result yet) or ASSUMED (none since a reload); of a file its
 *     number
 * @param weight 0: FAULT instead of another priority
 * @param reverse the other way round
 * @param change of the priority now
 * @param fault whether it keeps the instance in FAULT
 */
public record VrrpTrackerReport(
        String kind,
        String name,
        String state,
        int weight,
        boolean reverse,
        int change,
        boolean fault) {}
