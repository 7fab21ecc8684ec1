package lb.director.control;

import java.util.List;

/**
 * The answer to {@code change}. Immutable; any thread.
 *
 * @param notes what the operator should know of what was done, a sentence each; often empty
 */
public record ChangeReport(List<String> notes) {}
