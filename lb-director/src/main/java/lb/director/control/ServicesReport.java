package lb.director.control;

import java.util.List;

/**
 * The answer to {@code services}. Immutable; any thread.
 *
 * @param version of the director
 * @param connections in its table, persistence templates included
 * @param maximumConnections that the table holds
 * @param services in the order of the configuration
 */
public record ServicesReport(
        String version, long connections, long maximumConnections, List<ServiceReport> services) {
    static ServicesReport of(DirectorView view) {
        return new ServicesReport(
                view.status().version(),
                view.connections().size(),
                view.connections().maximum(),
                ServiceReport.all(view));
    }
}
