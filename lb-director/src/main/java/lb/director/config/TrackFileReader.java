package lb.director.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import lb.director.config.TrackReader.Weight;
import lb.director.config.syntax.Location;
import lb.director.config.syntax.Statement;
import lb.director.config.syntax.Word;
import org.jspecify.annotations.Nullable;

/** Reads the block of a {@code vrrp_track_file}, or {@code track_file}. Stateless. */
final class TrackFileReader {
    private static final int MOST_WEIGHT = 254;

    /** A file as it comes in. */
    static final class Draft {
        final String name;
        final Location place;
        @Nullable Path file;
        boolean fileSaid;
        Weight weight = new Weight(1, false);
        OptionalLong initial = OptionalLong.empty();
        boolean overwrite;

        Draft(String name, Location place) {
            this.name = name;
            this.place = place;
        }
    }

    private static final Keywords<Draft> KEYWORDS =
            new Keywords<Draft>("vrrp_track_file")
                    .line("file", 1, 1, TrackFileReader::file)
                    .line("weight", 0, 2, TrackFileReader::weight)
                    .line("init_file", 0, 2, TrackFileReader::initial);

    private TrackFileReader() {}

    static Draft read(Statement statement, Reading reading) {
        Draft draft = new Draft(statement.arguments().getFirst().text(), statement.location());
        KEYWORDS.read(draft, statement.body(), reading);
        return draft;
    }

    /** A complete file, or null after a report. */
    static @Nullable TrackFileEntry complete(Draft draft, Reading reading) {
        if (draft.file == null) {
            if (!draft.fileSaid) {
                reading.error(
                        draft.place,
                        "vrrp_track_file "
                                + draft.name
                                + " needs file, as in: file /run/lb/weight");
            }
            return null;
        }
        return new TrackFileEntry(
                draft.name,
                draft.file,
                draft.weight.value(),
                draft.weight.reverse(),
                draft.initial,
                draft.overwrite);
    }

    private static void file(Draft draft, Statement statement, Reading reading) {
        Word word = statement.arguments().getFirst();
        draft.fileSaid = true;
        if (!word.text().startsWith("/") || word.text().indexOf('\0') >= 0) {
            reading.error(
                    word.location(), "file needs a path that begins with '/', not " + word.shown());
            return;
        }
        try {
            draft.file = Path.of(word.text());
        } catch (InvalidPathException e) {
            reading.error(
                    word.location(),
                    "file " + word.shown() + ": this system cannot write that name; use ASCII");
        }
    }

    private static void weight(Draft draft, Statement statement, Reading reading) {
        Weight weight =
                TrackReader.weight(
                        statement.arguments(), MOST_WEIGHT, statement.keyword(), reading);
        draft.weight = weight == null ? draft.weight : weight;
    }

    private static void initial(Draft draft, Statement statement, Reading reading) {
        List<Word> words = statement.arguments();
        long value = 0;
        for (Word word : words) {
            if (word.text().equals("overwrite")) {
                draft.overwrite = true;
            } else {
                Integer number =
                        Values.integer(
                                word, "init_file", Integer.MIN_VALUE, Integer.MAX_VALUE, reading);
                value = number == null ? 0 : number;
            }
        }
        draft.initial = OptionalLong.of(value);
    }
}
