package lb.director.config;

import java.util.HashSet;
import java.util.Set;
import lb.director.config.syntax.Statement;
import org.jspecify.annotations.Nullable;

/** A {@code garp_group}: gaps between announcements on some interfaces. Owned by the reader. */
final class GarpGroup {
    private static final int MOST_SECONDS = 10;

    final Set<String> interfaces = new HashSet<>();
    @Nullable Long garpGapNanos;
    @Nullable Long gnaGapNanos;

    private static final Keywords<GarpGroup> KEYWORDS =
            new Keywords<GarpGroup>("garp_group")
                    .line(
                            "garp_interval",
                            0,
                            1,
                            (group, statement, reading) ->
                                    group.garpGapNanos =
                                            VrrpDefaults.time(statement, MOST_SECONDS, reading))
                    .line(
                            "gna_interval",
                            0,
                            1,
                            (group, statement, reading) ->
                                    group.gnaGapNanos =
                                            VrrpDefaults.time(statement, MOST_SECONDS, reading))
                    .line(
                            "interface",
                            1,
                            1,
                            (group, statement, _) ->
                                    group.interfaces.add(statement.arguments().getFirst().text()))
                    .block("interfaces", 0, 0, GarpGroup::interfaces);

    private GarpGroup() {}

    static GarpGroup read(Statement statement, Reading reading) {
        GarpGroup group = new GarpGroup();
        KEYWORDS.read(group, statement.body(), reading);
        if (group.interfaces.isEmpty()) {
            reading.dropped(statement.location(), "garp_group names no interface; it is left out");
        }
        return group;
    }

    private static void interfaces(GarpGroup group, Statement block, Reading reading) {
        for (Statement line : block.body()) {
            group.interfaces.add(line.name());
            line.arguments().forEach(word -> group.interfaces.add(word.text()));
        }
    }
}
