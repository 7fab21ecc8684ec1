package lb.director.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lb.director.config.syntax.Location;
import lb.director.config.syntax.Statement;
import lb.director.config.syntax.Word;

/** Reads the block of a {@code vrrp_sync_group}. Stateless. */
final class SyncGroupReader {

    /** A group as it comes in. */
    static final class Draft {
        final String name;
        final Location place;
        final Map<String, Location> members = new LinkedHashMap<>();
        final List<TrackReader.Line> tracked = new ArrayList<>();
        final NotifyReader.Draft notify = new NotifyReader.Draft();
        boolean trackingWeight;

        Draft(String name, Location place) {
            this.name = name;
            this.place = place;
        }
    }

    private static final Keywords<Draft> KEYWORDS = keywords();

    private SyncGroupReader() {}

    private static Keywords<Draft> keywords() {
        Keywords<Draft> words =
                new Keywords<Draft>("vrrp_sync_group")
                        .block("group", 0, 0, SyncGroupReader::members)
                        .line(
                                "sync_group_tracking_weight",
                                0,
                                1,
                                (draft, statement, reading) ->
                                        draft.trackingWeight =
                                                VrrpDefaults.on(Values.bool(statement, reading)))
                        .line(
                                "global_tracking",
                                0,
                                1,
                                (_, statement, reading) ->
                                        reading.dropped(
                                                statement.location(),
                                                "global_tracking is ignored; write track_interface,"
                                                        + " track_script or track_file into the"
                                                        + " group"));
        NotifyReader.addGroupLines(words, draft -> draft.notify);
        for (Tracked.Kind kind : Tracked.Kind.values()) {
            words.block(
                    kind.keyword(),
                    0,
                    0,
                    (draft, block, reading) ->
                            draft.tracked.addAll(TrackReader.read(kind, block, reading)));
        }
        return words;
    }

    static Draft read(Statement statement, Reading reading) {
        Draft draft = new Draft(statement.arguments().getFirst().text(), statement.location());
        KEYWORDS.read(draft, statement.body(), reading);
        return draft;
    }

    private static void members(Draft draft, Statement block, Reading reading) {
        for (Statement line : block.body()) {
            List<Word> names = new ArrayList<>(List.of(line.keyword()));
            names.addAll(line.arguments());
            for (Word name : names) {
                if (draft.members.putIfAbsent(name.text(), name.location()) != null) {
                    reading.dropped(
                            name.location(),
                            name.text() + " is a member of group " + draft.name + " already");
                }
            }
        }
    }
}
