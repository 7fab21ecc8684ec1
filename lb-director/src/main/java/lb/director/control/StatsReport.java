package lb.director.control;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lb.core.director.Verdict;
import lb.core.director.VerdictCounters;
import lb.core.fragment.HeldCounters;
import lb.core.fragment.HeldFate;

/**
 * The answer to {@code stats}. Immutable; any thread.
 *
 * @param framesDecided the sum of the verdicts
 * @param framesReceived what the interfaces handed to the director: the same, but for frames that
 *     came in while this was counted
 * @param verdicts all of them, zeros included
 * @param handedOn frames of FORWARDED that the kernel handed on by the shortcut; known within half
 *     a second
 * @param heldFragments what became of the frames that ended in FRAGMENT_HELD, zeros included
 * @param workers frames decided by each worker, in the order of their numbers
 * @param connections in the table, persistence templates included
 * @param evictions connections that had to go because the table was full
 */
public record StatsReport(
        long framesDecided,
        long framesReceived,
        List<VerdictReport> verdicts,
        long handedOn,
        List<HeldReport> heldFragments,
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

    /**
     * Fragments that waited for the first of their datagram and had one fate.
     *
     * @param description what the fate means, in a few words
     */
    public record HeldReport(String fate, long frames, String description) {
        static HeldReport of(HeldFate fate, List<HeldCounters> workers) {
            long frames = workers.stream().mapToLong(worker -> worker.count(fate)).sum();
            return new HeldReport(fate.name(), frames, fate.description());
        }
    }

    static StatsReport of(DirectorView view) {
        List<VerdictCounters> workers = view.verdicts();
        // Before the verdicts: so none has a fate before it counts as held.
        List<HeldReport> fates =
                Arrays.stream(HeldFate.values())
                        .map(fate -> HeldReport.of(fate, view.heldFragments()))
                        .toList();
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
                workers.stream().mapToLong(VerdictCounters::handedOn).sum(),
                withWaiting(fates, workers),
                workers.stream().map(VerdictCounters::total).toList(),
                view.connections().size(),
                view.connections().maximum(),
                view.connections().evictions(),
                ServiceReport.all(view),
                interfaces);
    }

    private static List<HeldReport> withWaiting(
            List<HeldReport> fates, List<VerdictCounters> workers) {
        long held = workers.stream().mapToLong(worker -> worker.count(Verdict.FRAGMENT_HELD)).sum();
        long ended = fates.stream().mapToLong(HeldReport::frames).sum();
        List<HeldReport> all = new ArrayList<>(fates);
        all.add(new HeldReport("WAITING", held - ended, "still waits for the first fragment"));
        return List.copyOf(all);
    }
}
