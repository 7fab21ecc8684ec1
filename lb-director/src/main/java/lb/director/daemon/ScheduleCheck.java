package lb.director.daemon;

import java.util.ArrayList;
import java.util.List;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceTable;
import lb.core.service.VirtualService;
import lb.director.config.DirectorConfiguration;
import lb.director.config.ReadResult;
import lb.director.config.VirtualServer;
import lb.director.config.syntax.Diagnostic;
import lb.director.config.syntax.Diagnostic.Kind;
import lb.director.config.syntax.Location;
import lb.director.config.syntax.Severity;
import lb.director.plugin.PluginProblem;
import lb.director.plugin.Schedulers;

/**
 * Makes the scheduler of every virtual server once, to find what only it can say: flags that it
 * does not take, weights that leave a real server without a slot, a plug-in that fails. Stateless;
 * any thread.
 */
final class ScheduleCheck {
    private ScheduleCheck() {}

    /** The same reading with what was found besides; without a configuration if it had an error. */
    static ReadResult of(ReadResult read, Schedulers.Found found) {
        List<Diagnostic> all = new ArrayList<>(read.diagnostics());
        for (PluginProblem problem : found.problems()) {
            Location place = Location.whole(problem.path().toString());
            all.add(
                    finding(
                            Severity.WARNING,
                            Kind.ADJUSTED,
                            place,
                            "plug-in not used: " + problem.reason()));
        }
        DirectorConfiguration configuration = read.configuration();
        boolean good = true;
        if (configuration != null) {
            for (VirtualServer server : configuration.virtualServers()) {
                good &= check(server, configuration, found, all);
            }
        }
        return new ReadResult(good ? configuration : null, List.copyOf(all));
    }

    private static boolean check(
            VirtualServer server,
            DirectorConfiguration configuration,
            Schedulers.Found found,
            List<Diagnostic> findings) {
        try {
            ServiceDefinition definition =
                    ConfigurationMapping.service(server, configuration.settings());
            VirtualService service =
                    ServiceTable.empty(1)
                            .replacedBy(List.of(definition), found.registry())
                            .get(definition.key());
            if (service != null) {
                for (String warning : service.warnings()) {
                    findings.add(
                            finding(Severity.WARNING, Kind.ADJUSTED, server.location(), warning));
                }
            }
            return true;
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            findings.add(finding(Severity.ERROR, Kind.VALUE, server.location(), message));
            return false;
        }
    }

    private static Diagnostic finding(
            Severity severity, Kind kind, Location place, String message) {
        return new Diagnostic(severity, kind, place, message);
    }
}
