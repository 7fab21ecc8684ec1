package lb.director.config.syntax;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import lb.director.config.syntax.Diagnostic.Kind;

/**
 * Collects the findings of one reading, bounded, and hands them out in order of place. Owned by the
 * thread that reads the configuration.
 */
public final class Diagnostics {

    /** Findings of one severity that are kept; the rest is only counted. */
    public static final int LIMIT = 500;

    private final List<Diagnostic> kept = new ArrayList<>();
    private final Map<String, Integer> fileOrder = new HashMap<>();
    private final Map<Severity, Integer> counts = new EnumMap<>(Severity.class);

    /** Reports something that keeps the configuration from being applied. */
    public void error(Kind kind, Location location, String message) {
        add(new Diagnostic(Severity.ERROR, kind, location, message));
    }

    /** Reports something the operator should know; the configuration still applies. */
    public void warning(Kind kind, Location location, String message) {
        add(new Diagnostic(Severity.WARNING, kind, location, message));
    }

    /** Adds a finding; beyond {@link #LIMIT} of its severity it is only counted. */
    public void add(Diagnostic diagnostic) {
        opened(diagnostic.location().file());
        if (counts.merge(diagnostic.severity(), 1, Integer::sum) <= LIMIT) {
            kept.add(diagnostic);
        }
    }

    /** Notes that a file was opened: findings are ordered by the first opening of their file. */
    public void opened(String file) {
        fileOrder.putIfAbsent(file, fileOrder.size());
    }

    /** True once an error was reported. */
    public boolean hasErrors() {
        return counts.containsKey(Severity.ERROR);
    }

    /**
     * All kept findings by file (in order of opening), line and column; then how many were left
     * out.
     */
    public List<Diagnostic> inOrder() {
        List<Diagnostic> result = new ArrayList<>(kept);
        result.sort(
                Comparator.<Diagnostic>comparingInt(
                                d -> fileOrder.getOrDefault(d.location().file(), 0))
                        .thenComparingInt(d -> d.location().line())
                        .thenComparingInt(d -> d.location().column()));
        for (Severity severity : Severity.values()) {
            int left = counts.getOrDefault(severity, 0) - LIMIT;
            if (left > 0) {
                result.add(leftOut(severity, left, result.getLast().location()));
            }
        }
        return List.copyOf(result);
    }

    private static Diagnostic leftOut(Severity severity, int count, Location last) {
        String message =
                count + " more " + severity.label() + "s are not shown; mend those above first";
        return new Diagnostic(severity, Kind.SYNTAX, Location.whole(last.file()), message);
    }

    /** The text in single quotes for a message: shortened, with control characters made visible. */
    public static String quote(String text) {
        return "'" + printable(text, 60) + "'";
    }

    /** The text with everything that would not print made visible, shortened to about a length. */
    static String printable(String text, int length) {
        StringBuilder shown = new StringBuilder();
        int at = 0;
        while (at < text.length() && shown.length() < length) {
            char c = text.charAt(at++);
            boolean plain = (c >= ' ' && c < 0x7f) || (c >= 0xa0 && c < 0xd800);
            if (plain) {
                shown.append(c);
            } else {
                shown.append("\\u").append(HexFormat.of().toHexDigits(c));
            }
        }
        return shown.append(at < text.length() ? "..." : "").toString();
    }
}
