package lb.director.config;

import java.util.ArrayList;
import java.util.List;
import lb.director.config.Tracked.Kind;
import lb.director.config.syntax.Location;
import lb.director.config.syntax.Statement;
import lb.director.config.syntax.Word;
import org.jspecify.annotations.Nullable;

/**
 * Reads the blocks {@code track_interface}, {@code track_script}, {@code track_file}. Stateless.
 */
final class TrackReader {

    /** A line as it comes in; without a weight that of what it names holds. */
    record Line(Kind kind, String name, @Nullable Weight weight, Location place) {}

    /** {@code weight N [reverse]}. */
    record Weight(int value, boolean reverse) {}

    private TrackReader() {}

    static List<Line> read(Kind kind, Statement block, Reading reading) {
        List<Line> lines = new ArrayList<>();
        for (Statement statement : block.body()) {
            Line line = line(kind, statement, reading);
            if (line != null) {
                lines.add(line);
            }
        }
        return lines;
    }

    private static @Nullable Line line(Kind kind, Statement statement, Reading reading) {
        Word name = statement.keyword();
        if (statement.block() != null) {
            reading.error(
                    statement.block().open(), "a line of " + kind.keyword() + " takes no block");
            return null;
        }
        if (kind == Kind.INTERFACE && Values.interfaceName(name, kind.keyword(), reading) == null) {
            return null;
        }
        List<Word> words = statement.arguments();
        if (words.isEmpty()) {
            return new Line(kind, name.text(), null, name.location());
        }
        if (!words.getFirst().text().equals("weight")) {
            reading.error(
                    words.getFirst().location(),
                    kind.keyword()
                            + " takes 'NAME' or 'NAME weight N', not "
                            + words.getFirst().shown());
            return null;
        }
        Weight weight =
                weight(
                        words.subList(1, words.size()),
                        kind.mostWeight(),
                        words.getFirst(),
                        reading);
        return weight == null ? null : new Line(kind, name.text(), weight, name.location());
    }

    /** The words behind {@code weight}, or null after a report. */
    static @Nullable Weight weight(List<Word> words, int most, Word keyword, Reading reading) {
        if (words.isEmpty()) {
            reading.error(keyword.location(), "weight needs a number " + -most + " to " + most);
            return null;
        }
        Integer value = Values.integer(words.getFirst(), "weight", -most, most, reading);
        boolean reverse = false;
        for (Word option : words.subList(1, words.size())) {
            switch (option.text()) {
                case "reverse" -> reverse = true;
                case "noreverse", "no_reverse" -> reverse = false;
                default -> {
                    reading.error(
                            option.location(),
                            "weight takes 'reverse' behind its number, not " + option.shown());
                    return null;
                }
            }
        }
        return value == null ? null : new Weight(value, reverse);
    }
}
