package lb.bench.pps;

import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * All that a run has measured. Immutable once the run is over; any thread.
 *
 * @param figures by the forwarder's name, one entry a round
 * @param leftOut why, by the forwarder's name
 */
record PpsResults(
        PpsArguments arguments,
        Cores cores,
        Map<String, List<Figures>> figures,
        Map<String, String> leftOut) {

    /**
     * One figure of one forwarder over all rounds.
     *
     * @param median the middle one, or the mean of the two in the middle
     */
    record Spread(double median, double least, double most) {
        static Spread of(List<Figures> rounds, ToDoubleFunction<Figures> figure) {
            double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
            int middle = sorted.length / 2;
            double median =
                    sorted.length % 2 == 1
                            ? sorted[middle]
                            : (sorted[middle - 1] + sorted[middle]) / 2;
            return new Spread(median, sorted[0], sorted[sorted.length - 1]);
        }
    }

    Spread spread(String forwarder, ToDoubleFunction<Figures> figure) {
        List<Figures> rounds = figures.get(forwarder);
        if (rounds == null) {
            throw new IllegalArgumentException(forwarder + " was not measured");
        }
        return Spread.of(rounds, figure);
    }

    /** How many times the median rate of {@code other} the one of {@code forwarder} is. */
    double ratio(String forwarder, String other) {
        return spread(forwarder, Figures::forwardedMpps).median()
                / spread(other, Figures::forwardedMpps).median();
    }
}
