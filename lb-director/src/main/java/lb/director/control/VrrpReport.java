package lb.director.control;

import java.util.List;

/** The answer to {@code vrrp}. Immutable; any thread. */
public record VrrpReport(List<VrrpInstanceReport> instances, List<VrrpGroupReport> groups) {
    /** That of a director without virtual routers. */
    public static final VrrpReport NONE = new VrrpReport(List.of(), List.of());
}
