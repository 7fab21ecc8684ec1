package lb.director.config;

import java.util.List;

/**
 * A {@code vrrp_sync_group}. Immutable.
 *
 * @param members names of instances, at least one
 * @param tracked what moves all members
 */
public record SyncGroupEntry(String name, List<String> members, List<Tracked> tracked) {
    public SyncGroupEntry {
        members = List.copyOf(members);
        tracked = List.copyOf(tracked);
    }
}
