package lb.vrrp.speaker;

import java.util.List;

/**
 * A sync group as it is configured. Immutable; any thread.
 *
 * @param name unique among groups
 * @param instances the names of its members
 */
public record GroupMembers(String name, List<String> instances) {
    public GroupMembers {
        instances = List.copyOf(instances);
    }
}
