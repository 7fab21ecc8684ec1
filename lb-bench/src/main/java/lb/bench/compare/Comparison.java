package lb.bench.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import lb.bench.Measure;

/**
 * Two files of results beside each other. Immutable; any thread.
 *
 * <p>A figure has become worse, or better, when its median has moved by more than the noise allows
 * and its samples no longer overlap. So with one sample in each file the noise alone decides.
 *
 * @param rows what both have, in the order of the first
 * @param alone what one has, in words
 */
record Comparison(List<Row> rows, List<String> alone) {
    /** A byte in two operations is JMH's own, not an object. */
    private static final double LEAST_BYTES = 0.5;

    /** What has become of a figure. */
    enum Change {
        /** Slower, or more of what should be little. */
        WORSE,
        /** The reverse. */
        BETTER,
        /** Within the noise. */
        SAME
    }

    /** A figure of both files. */
    record Row(Figure before, Figure after, Change change) {
        private static Row of(Figure before, Figure after, double noisePercent) {
            double moved = after.median() - before.median();
            boolean beyondNoise =
                    Math.abs(moved) > Math.abs(before.median()) * noisePercent / 100
                            && !(before.name().endsWith(Results.ALLOCATED)
                                    && Math.abs(moved) < LEAST_BYTES);
            boolean apart = before.high() < after.low() || after.high() < before.low();
            Change change =
                    !beyondNoise || !apart
                            ? Change.SAME
                            : moved > 0 == before.moreIsBetter() ? Change.BETTER : Change.WORSE;
            return new Row(before, after, change);
        }

        private String line() {
            String change =
                    before.median() == 0
                            ? ""
                            : String.format(
                                    Locale.ROOT,
                                    "%+.1f",
                                    100 * (after.median() / before.median() - 1));
            return "| %s | %s | %s | %s | %s | %s |%n"
                    .formatted(
                            before.name(),
                            text(before),
                            text(after),
                            before.unit(),
                            change,
                            switch (change()) {
                                case WORSE -> "**worse**";
                                case BETTER -> "better";
                                case SAME -> "";
                            });
        }

        private static String text(Figure figure) {
            return figure.low() == figure.high()
                    ? Measure.text(figure.median())
                    : "%s (%s to %s)"
                            .formatted(
                                    Measure.text(figure.median()),
                                    Measure.text(figure.low()),
                                    Measure.text(figure.high()));
        }
    }

    /**
     * Puts them beside each other.
     *
     * @param noisePercent how far a median moves by itself
     */
    static Comparison of(Results before, Results after, double noisePercent) {
        Map<String, Figure> left = new LinkedHashMap<>();
        after.figures().forEach(figure -> left.put(figure.name(), figure));
        List<Row> rows = new ArrayList<>();
        List<String> alone = new ArrayList<>();
        for (Figure figure : before.figures()) {
            Figure other = left.remove(figure.name());
            if (other == null) {
                alone.add("only the first has " + figure.name());
            } else if (!other.unit().equals(figure.unit())) {
                alone.add(
                        "%s is in %s and in %s"
                                .formatted(figure.name(), figure.unit(), other.unit()));
            } else {
                rows.add(Row.of(figure, other, noisePercent));
            }
        }
        left.keySet().forEach(name -> alone.add("only the second has " + name));
        return new Comparison(List.copyOf(rows), List.copyOf(alone));
    }

    /** How many figures have become worse. */
    long worse() {
        return count(row -> row.change() == Change.WORSE);
    }

    private long count(Predicate<Row> what) {
        return rows.stream().filter(what).count();
    }

    /** A table in Markdown, with the sum below. */
    String text() {
        StringBuilder text =
                new StringBuilder(
                        "| What | First | Second | Unit | Change % | |\n|---|--:|--:|---|--:|---|\n");
        rows.forEach(row -> text.append(row.line()));
        Stream.concat(Stream.of(""), alone.stream())
                .forEach(line -> text.append(line).append('\n'));
        return text.append(
                        "%d compared: %d worse, %d better, the others within the noise%n"
                                .formatted(
                                        rows.size(),
                                        worse(),
                                        count(row -> row.change() == Change.BETTER)))
                .toString();
    }
}
