package lb.bench.pps;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import lb.bench.Measure;

/**
 * New connections a second by SYNs alone, each from another address and port, under a scheduler
 * that makes a connection of every one. Stateless.
 */
public final class RawSyns {
    /** How many connections lb has room for: those of a minute, which is how long it keeps them. */
    private static final int ROOM = 5_000_000;

    private RawSyns() {}

    /**
     * Measures how many SYNs come through, and with lb so become connections.
     *
     * @param forwarders by their names on the command line
     * @param say told how far it is
     * @throws lb.director.lab.LabException when lb or the network does not work
     */
    public static List<Measure> measure(
            List<String> forwarders,
            int rounds,
            int seconds,
            int warmUpSeconds,
            Consumer<String> say)
            throws InterruptedException {
        PpsArguments arguments =
                new PpsArguments(
                        ROOM,
                        PpsArguments.FULL_RATE,
                        seconds,
                        warmUpSeconds,
                        rounds,
                        Pattern.SYN,
                        "rr",
                        false,
                        false,
                        forwarders);
        PpsResults results = new PpsRun(arguments, Cores.choose(), say).run();
        List<Measure> measures = new ArrayList<>();
        results.figures()
                .forEach((name, figures) ->
                        measures.add(
                                new Measure(
                                        name + ", SYNs",
                                        "1/s",
                                        true,
                                        figures.stream()
                                                .map(round -> round.forwardedMpps() * 1e6)
                                                .toList())));
        return measures;
    }
}
