package lb.director.control;

import java.util.List;

/** The answer to {@code vrrp}. Immutable; any thread. */
public record VrrpReport(List<VrrpInstanceReport> instances) {}
