package lb.core.service;

/**
 * That a plug-in's scheduler failed in a service and is asked no more. Immutable; any thread.
 *
 * @param reason of the first fault
 * @param faults how many there were until every worker knew
 * @param serving the scheduler that serves instead
 */
public record SchedulerFault(String reason, long faults, String serving) {}
