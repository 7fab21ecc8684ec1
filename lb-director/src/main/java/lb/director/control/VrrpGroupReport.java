package lb.director.control;

import java.util.List;

/**
 * One sync group at one moment. Immutable; any thread.
 *
 * @param name of the {@code vrrp_sync_group}
 * @param state INIT, BACKUP, MASTER or FAULT: the last one that all members had together
 * @param members names of instances
 */
public record VrrpGroupReport(String name, String state, List<String> members) {}
