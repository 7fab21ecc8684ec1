package lb.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One thing that was measured, several times. Immutable; any thread.
 *
 * @param name what it is and where, as it stands in a table; the same in every run
 * @param moreIsBetter as with a rate; else less is, as with a time
 * @param samples one for each round, at least one
 */
public record Measure(String name, String unit, boolean moreIsBetter, List<Double> samples) {
    /** Copies the samples, of which there must be one. */
    public Measure {
        samples = List.copyOf(samples);
        if (samples.isEmpty()) {
            throw new IllegalArgumentException(name + " was not measured");
        }
    }

    /** The middle one, or the mean of the two in the middle. */
    public double median() {
        return quantile(0.5);
    }

    /** The least sample. */
    public double least() {
        return quantile(0);
    }

    /** The greatest sample. */
    public double most() {
        return quantile(1);
    }

    /** Interpolated between the two samples beside it. */
    private double quantile(double share) {
        List<Double> sorted = samples.stream().sorted().toList();
        double at = share * (sorted.size() - 1);
        int below = (int) at;
        int above = Math.min(below + 1, sorted.size() - 1);
        return sorted.get(below) + (at - below) * (sorted.get(above) - sorted.get(below));
    }

    /** As it stands in a file of results. */
    Map<String, Object> entry() {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", name);
        entry.put("unit", unit);
        entry.put("better", moreIsBetter ? "more" : "less");
        entry.put("median", median());
        entry.put("lowerQuartile", quantile(0.25));
        entry.put("upperQuartile", quantile(0.75));
        entry.put("least", least());
        entry.put("most", most());
        entry.put("samples", samples);
        return entry;
    }

    /** A table in Markdown. */
    public static String table(List<Measure> measures) {
        StringBuilder table =
                new StringBuilder(
                        "| What | Median | Least | Most | Unit |\n|---|--:|--:|--:|---|\n");
        for (Measure measure : measures) {
            table.append(
                    "| %s | %s | %s | %s | %s |%n"
                            .formatted(
                                    measure.name,
                                    text(measure.median()),
                                    text(measure.least()),
                                    text(measure.most()),
                                    measure.unit));
        }
        return table.toString();
    }

    /** A figure with as many digits as say something. */
    public static String text(double value) {
        int digits = value >= 1000 ? 0 : value >= 10 ? 1 : 3;
        return String.format(Locale.ROOT, "%,." + digits + "f", value);
    }
}
