package lb.bench.latency;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import lb.bench.Measure;
import lb.bench.network.TrafficPath;
import lb.bench.pps.Cores;
import org.HdrHistogram.Histogram;

/**
 * All that a run has measured. Immutable once the run is over; any thread.
 *
 * @param most answers a second that each path gave at most; empty when nobody asked
 * @param rounds for each path one entry a round: its answers at each rate, in the order of the
 *     arguments
 * @param leftOut which paths and why, as lines of text
 */
record LatencyResults(
        LatencyArguments arguments,
        Cores cores,
        Map<TrafficPath, Double> most,
        Map<TrafficPath, List<List<Answers>>> rounds,
        String leftOut) {
    /** What is reported besides the longest latency. */
    static final List<Double> PERCENTILES = List.of(50.0, 90.0, 99.0, 99.9, 99.99);

    /** What one path did at one rate, over all rounds. */
    record Row(TrafficPath path, String rate, List<Answers> rounds) {
        /** All rounds in one. */
        Answers together() {
            Histogram all = Answers.histogram();
            long sent = 0;
            long answered = 0;
            long nanos = 0;
            for (Answers round : rounds) {
                all.add(round.latencies());
                sent += round.sent();
                answered += round.answered();
                nanos += round.nanos();
            }
            return new Answers(rounds.getFirst().rate(), sent, answered, nanos, all);
        }

        private Measure measure(String what, String unit, ToDoubleFunction<Answers> figure) {
            return new Measure(
                    "%s at %s/s, %s".formatted(path, rate, what),
                    unit,
                    false,
                    rounds.stream().map(figure::applyAsDouble).toList());
        }
    }

    /** One row for each rate and path, rate by rate. */
    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < arguments.rates().size(); i++) {
            int index = i;
            String rate = LatencyArguments.text(arguments.rates().get(i));
            rounds.forEach((path, all) ->
                    rows.add(
                            new Row(
                                    path,
                                    rate,
                                    all.stream().map(round -> round.get(index)).toList())));
        }
        return rows;
    }

    /** For the file of results; the far percentiles of one short round say too little. */
    List<Measure> measures() {
        List<Measure> measures = new ArrayList<>();
        for (Row row : rows()) {
            measures.add(row.measure("p50", "µs", round -> round.micros(50)));
            measures.add(row.measure("p99", "µs", round -> round.micros(99)));
            measures.add(row.measure("lost", "%", Answers::lossPercent));
        }
        return measures;
    }
}
