package lb.director.control;

import java.util.List;

/** The answer to {@code neighbours}. Immutable; any thread. */
public record NeighboursReport(List<NeighbourReport> neighbours) {}
