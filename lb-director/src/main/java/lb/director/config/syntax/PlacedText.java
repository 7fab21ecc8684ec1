package lb.director.config.syntax;

import java.util.ArrayList;
import java.util.List;

/** A piece of one line that knows for each character where it was written. Immutable. */
final class PlacedText {

    /** From index {@code start} on, characters were written side by side from this place on. */
    private record Run(int start, String file, int line, int column) {
        Run movedTo(int newStart) {
            return new Run(newStart, file, line, column);
        }

        Run from(int index) {
            return new Run(index, file, line, column + index - start);
        }
    }

    private final String text;
    private final List<Run> runs;

    private PlacedText(String text, List<Run> runs) {
        this.text = text;
        this.runs = runs;
    }

    static PlacedText of(String text, String file, int line) {
        return new PlacedText(text, List.of(new Run(0, file, line, 1)));
    }

    /**
     * Text that nobody wrote, such as the value of a generator's variable: placed where the
     * generator stands.
     */
    static PlacedText at(Location place, String text) {
        return new PlacedText(
                text, List.of(new Run(0, place.file(), place.line(), place.column())));
    }

    String text() {
        return text;
    }

    int length() {
        return text.length();
    }

    char charAt(int index) {
        return text.charAt(index);
    }

    Location start() {
        return placeOf(0);
    }

    Location placeOf(int index) {
        Run run = runs.get(runIndex(index));
        return new Location(run.file, run.line, run.column + index - run.start);
    }

    private int runIndex(int index) {
        int i = runs.size() - 1;
        while (i > 0 && runs.get(i).start > index) {
            i--;
        }
        return i;
    }

    PlacedText slice(int from, int to) {
        if (from == 0 && to == text.length()) {
            return this;
        }
        List<Run> part = new ArrayList<>();
        copyRuns(from, to, 0, part);
        return new PlacedText(text.substring(from, to), part);
    }

    PlacedText slice(int from) {
        return slice(from, text.length());
    }

    /** Without white space at both ends. */
    PlacedText strip() {
        int from = 0;
        int to = text.length();
        while (from < to && isSpace(text.charAt(from))) {
            from++;
        }
        while (to > from && isSpace(text.charAt(to - 1))) {
            to--;
        }
        return slice(from, to);
    }

    PlacedText replace(int from, int to, PlacedText with) {
        List<Run> joined = new ArrayList<>();
        copyRuns(0, from, 0, joined);
        with.copyRuns(0, with.length(), from, joined);
        copyRuns(to, text.length(), from + with.length(), joined);
        if (joined.isEmpty()) {
            joined.add(runs.getFirst());
        }
        return new PlacedText(text.substring(0, from) + with.text + text.substring(to), joined);
    }

    private void copyRuns(int from, int to, int target, List<Run> into) {
        if (from >= to) {
            if (into.isEmpty() && target == 0) {
                into.add(runs.get(runIndex(from)).from(from).movedTo(0));
            }
            return;
        }
        int first = runIndex(from);
        into.removeIf(run -> run.start == target);
        into.add(runs.get(first).from(from).movedTo(target));
        for (int i = first + 1; i < runs.size() && runs.get(i).start < to; i++) {
            into.add(runs.get(i).movedTo(runs.get(i).start - from + target));
        }
    }

    static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\u000b';
    }

    @Override
    public String toString() {
        return text;
    }
}
