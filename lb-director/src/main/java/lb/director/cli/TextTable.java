package lb.director.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows under headings, each column as wide as its longest text; numbers stand to the right. Used by
 * one thread.
 */
final class TextTable {
    private final List<String[]> rows = new ArrayList<>();
    private final boolean[] right;

    TextTable(String... headings) {
        rows.add(headings);
        right = new boolean[headings.length];
    }

    /** Adds a row of texts and numbers, one for each heading. */
    void row(Object... cells) {
        for (int i = 0; i < right.length; i++) {
            right[i] |= cells[i] instanceof Number;
        }
        rows.add(Arrays.stream(cells).map(String::valueOf).toArray(String[]::new));
    }

    void print(PrintWriter out) {
        int[] widths = new int[right.length];
        for (String[] row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        rows.forEach(row -> out.println(line(row, widths)));
    }

    private String line(String[] row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.length; i++) {
            String gap = " ".repeat(widths[i] - row[i].length());
            line.append(i == 0 ? "" : "  ").append(right[i] ? gap + row[i] : row[i] + gap);
        }
        return line.toString().stripTrailing();
    }
}
