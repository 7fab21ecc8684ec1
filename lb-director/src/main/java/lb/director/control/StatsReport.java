package lb.director.control;

import java.util.Arrays;
import java.util.List;
import lb.core.director.Verdict;
import lb.core.director.VerdictCounters;

/**
 * The answer to {@code stats}. Immutable; any thread.
 *
 * @param framesDecided the sum of the verdicts
 * @param framesReceived what the interfaces handed to the director: the same, but for frames that
 *     came in while this was counted
 * @param verdicts all of them, zeros included
 * @param workers frames decided by each worker, in the order of their numbers
 * @param connections in the table, persistence templates included
 * @param evictions connections that had to go because the table was full
 */
public record StatsReport(
        long framesDecided,
        long framesReceived,
        List<VerdictReport> verdicts,
        List<Long> workers,
        long connections,
        long maximumConnections,
        long evictions,
        List<ServiceReport> services,
        List<InterfaceReport> interfaces) {
    /**
     * Frames that ended in one verdict.
     *
     * @param description what the verdict means, in a few words
     */
    public record VerdictReport(String verdict, long frames, String description) {
        static VerdictReport of(Verdict verdict, List<VerdictCounters> workers) {
            long frames = workers.stream().mapToLong(worker -> worker.count(verdict)).sum();
            return new VerdictReport(verdict.name(), frames, verdict.description());
        }
    }

    static StatsReport of(DirectorView view) {
        List<VerdictCounters> workers = view.verdicts();
        List<VerdictReport> verdicts =
                Arrays.stream(Verdict.values())
                        .map(verdict -> VerdictReport.of(verdict, workers))
                        .toList();
        // After the verdicts: so a frame may be received and not yet decided, never the other way
        // round.
        List<InterfaceReport> interfaces = view.interfaces();
        return new StatsReport(
                verdicts.stream().mapToLong(VerdictReport::frames).sum(),
                interfaces.stream().mapToLong(InterfaceReport::framesReceived).sum(),
                verdicts,
                workers.stream().map(VerdictCounters::total).toList(),
                view.connections().size(),
                view.connections().maximum(),
                view.connections().evictions(),
                ServiceReport.all(view),
                interfaces);
    }
}
