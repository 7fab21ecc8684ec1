package lb.director.control;

import java.util.List;

/** The answer to {@code overrides}. Immutable; any thread. */
public record OverridesReport(List<OverrideReport> overrides) {}
