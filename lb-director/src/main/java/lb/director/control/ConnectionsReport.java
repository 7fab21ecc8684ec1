package lb.director.control;

/**
 * The last line of the answer to {@code connections}, after the rows. Immutable; any thread.
 *
 * @param rows how many there were
 */
public record ConnectionsReport(long rows) {}
