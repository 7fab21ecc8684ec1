package lb.director.config;

import java.util.List;

/**
 * What moves one instance: its own trackers and those of its sync group. Immutable.
 *
 * @param tracked in the order of the file, its own before those of the group
 * @param tracksInterface whether it is in FAULT while its own interface is down; false for {@code
 *     dont_track_primary}
 */
public record InstanceTracking(List<Tracked> tracked, boolean tracksInterface) {
    /** That of an instance that says nothing about it. */
    public static final InstanceTracking NONE = new InstanceTracking(List.of(), true);

    public InstanceTracking {
        tracked = List.copyOf(tracked);
    }
}
