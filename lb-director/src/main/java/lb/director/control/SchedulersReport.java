package lb.director.control;

import java.util.List;

/**
 * The answer to {@code schedulers}. Immutable; any thread.
 *
 * @param folder where plug-ins are looked for
 * @param schedulers sorted by name
 * @param problems jars that are not used
 */
public record SchedulersReport(
        String folder, List<SchedulerReport> schedulers, List<ProblemReport> problems) {
    /**
     * One kind of scheduler.
     *
     * @param origin {@code built in}, or the path of its jar
     * @param version of its jar; empty if it names none
     * @param computable whether its choice follows from the client and the list alone
     * @param keyed whether a client keeps its real server while list, weights and loads stay
     * @param flags and options with a value, as {@code name=…}
     * @param services that ask for it, such as {@code TCP 10.0.205.100:80}
     * @param faults those of these services in which it failed, with the reason
     */
    public record SchedulerReport(
            String name,
            String origin,
            String version,
            boolean computable,
            boolean keyed,
            String flags,
            String description,
            List<String> services,
            List<String> faults) {}

    /** A jar, or the folder, and why it is not used. */
    public record ProblemReport(String path, String reason) {}
}
