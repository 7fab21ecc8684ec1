package lb.bench.latency;

import java.util.List;
import java.util.Locale;
import lb.bench.latency.LatencyResults.Row;

/**
 * Latency over percentile, one line for each path, both axes logarithmic: as SVG. Stateless; any
 * thread.
 */
final class PercentilePlot {
    private static final int WIDTH = 560;
    private static final int HEIGHT = 320;
    private static final int LEFT = 70;
    private static final int RIGHT = 20;
    private static final int TOP = 15;
    private static final int BOTTOM = 40;

    /** Of the answers that are slower: from all to one in 100,000. */
    private static final int DECADES = 5;

    private static final int STEPS = 20;

    /** Told apart by everybody; from Okabe and Ito's palette. */
    private static final List<String> COLOURS =
            List.of("#0072b2", "#d55e00", "#009e73", "#555555", "#cc79a7");

    private final List<Row> rows;
    private final List<Answers> all;
    private final double low;
    private final double high;

    private PercentilePlot(List<Row> rows) {
        this.rows = rows;
        all = rows.stream().map(Row::together).toList();
        double least = all.stream().mapToDouble(one -> one.micros(0)).min().orElse(1);
        double most = all.stream().mapToDouble(Answers::mostMicros).max().orElse(10);
        low = Math.floor(Math.log10(Math.max(0.1, least)));
        high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(0.1, most))));
    }

    /** The plot of one rate. */
    static String svg(List<Row> rows) {
        return new PercentilePlot(rows).svg();
    }

    private String svg() {
        StringBuilder svg = new StringBuilder();
        svg.append(
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"latency over percentile\">%n"
                        .formatted(WIDTH, HEIGHT));
        axes(svg);
        for (int i = 0; i < rows.size(); i++) {
            String colour = COLOURS.get(i % COLOURS.size());
            svg.append(
                    "<polyline fill=\"none\" stroke-width=\"2\" stroke=\"%s\" points=\"%s\"/>%n"
                            .formatted(colour, points(all.get(i))));
            svg.append(text(LEFT + 10, TOP + 15 + 16 * i, "start", colour, rows.get(i).path()));
        }
        return svg.append("</svg>\n").toString();
    }

    private void axes(StringBuilder svg) {
        for (int decade = (int) low; decade <= high; decade++) {
            double y = y(Math.pow(10, decade));
            svg.append(line(LEFT, y, WIDTH - RIGHT, y));
            svg.append(text(LEFT - 6, y + 4, "end", "#333", label(decade)));
        }
        for (int decade = 0; decade <= DECADES; decade++) {
            double x = x(decade);
            svg.append(line(x, TOP, x, HEIGHT - BOTTOM));
            String percentile =
                    decade == 0 ? "0" : decade == 1 ? "90" : "99" + fraction(decade - 2);
            svg.append(text(x, HEIGHT - BOTTOM + 16, "middle", "#333", percentile));
        }
        svg.append(text(WIDTH / 2.0, HEIGHT - 6, "middle", "#333", "percentile of the answers"));
    }

    private static String fraction(int nines) {
        return nines == 0 ? "" : "." + "9".repeat(nines);
    }

    private static String label(int decade) {
        return decade >= 6
                ? (int) Math.pow(10, decade - 6) + " s"
                : decade >= 3
                        ? (int) Math.pow(10, decade - 3) + " ms"
                        : decade >= 0 ? (int) Math.pow(10, decade) + " µs" : "0.1 µs";
    }

    private String points(Answers answers) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i <= DECADES * STEPS; i++) {
            double decade = (double) i / STEPS;
            double slower = Math.pow(10, -decade);
            // Beyond the last answer there is nothing to plot.
            if (slower * answers.answered() < 1) {
                break;
            }
            points.append(
                    String.format(
                            Locale.ROOT,
                            "%.1f,%.1f ",
                            x(decade),
                            y(answers.micros(100 * (1 - slower)))));
        }
        return points.toString().strip();
    }

    private static double x(double decade) {
        return LEFT + decade / DECADES * (WIDTH - LEFT - RIGHT);
    }

    private double y(double micros) {
        double share = (Math.log10(Math.max(0.1, micros)) - low) / (high - low);
        return HEIGHT - BOTTOM - Math.clamp(share, 0, 1) * (HEIGHT - TOP - BOTTOM);
    }

    private static String line(double x1, double y1, double x2, double y2) {
        return String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>%n",
                x1,
                y1,
                x2,
                y2);
    }

    private static String text(double x, double y, String anchor, String colour, Object text) {
        return String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>%n",
                x,
                y,
                anchor,
                colour,
                text);
    }
}
