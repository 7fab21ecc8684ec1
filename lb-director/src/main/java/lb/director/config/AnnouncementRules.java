package lb.director.config;

/**
 * How often VIPs are announced: the garp_* keywords of an instance, {@code global_defs} or their
 * defaults. Immutable.
 *
 * @param repeat rounds on becoming MASTER, at least 1
 * @param delayNanos until the second set of rounds, 0 for none
 * @param refreshNanos between refreshes, 0 for none
 * @param refreshRepeat rounds of a refresh, at least 1
 * @param lowerPriorityRepeat rounds when a weaker router is heard, 0 for none
 * @param lowerPriorityDelayNanos until a second set of these, 0 for none
 * @param garpGapNanos between two gratuitous ARPs, 0 for none
 * @param gnaGapNanos between two neighbour advertisements, 0 for none
 * @param extraNanos {@code garp_extra_if all}: between announcements on other interfaces than the
 *     instance's, 0 for none
 */
public record AnnouncementRules(
        int repeat,
        long delayNanos,
        long refreshNanos,
        int refreshRepeat,
        int lowerPriorityRepeat,
        long lowerPriorityDelayNanos,
        long garpGapNanos,
        long gnaGapNanos,
        long extraNanos) {}
