package lb.vrrp.speaker;

/**
 * Where a sync group stands at one moment. Immutable; any thread.
 *
 * @param group as configured
 * @param state keepalived's word: INIT, BACKUP, MASTER or FAULT
 */
public record GroupStatus(GroupMembers group, String state) {}
