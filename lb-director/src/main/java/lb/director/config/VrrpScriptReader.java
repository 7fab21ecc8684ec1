package lb.director.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import lb.director.config.TrackReader.Weight;
import lb.director.config.syntax.Location;
import lb.director.config.syntax.Statement;
import org.jspecify.annotations.Nullable;

/** Reads the block of a {@code vrrp_script}. Stateless. */
final class VrrpScriptReader {
    private static final long SECOND = 1_000_000_000L;
    private static final int MOST_SECONDS = 86_400;
    private static final int MOST_RUNS = 1_000_000;

    /** A script as it comes in. */
    static final class Draft {
        final String name;
        final Location place;
        final Map<String, Location> said = new LinkedHashMap<>();
        @Nullable ScriptDraft script;
        @Nullable Statement user;
        @Nullable Long intervalNanos;
        @Nullable Long timeoutNanos;
        Weight weight = new Weight(0, false);
        int rise = 1;
        int fall = 1;
        boolean initFail;

        Draft(String name, Location place) {
            this.name = name;
            this.place = place;
        }
    }

    private static final Keywords<Draft> KEYWORDS =
            new Keywords<Draft>("vrrp_script")
                    .line(
                            "script",
                            1,
                            3,
                            (draft, statement, reading) ->
                                    draft.script = ScriptDraft.read(statement, reading))
                    .line("user", 1, 2, (draft, statement, _) -> draft.user = statement)
                    .line("interval", 0, 1, time((d, v) -> d.intervalNanos = v))
                    .line("timeout", 0, 1, time((d, v) -> d.timeoutNanos = v))
                    .line("weight", 0, 2, VrrpScriptReader::weight)
                    .line("rise", 0, 1, number((d, v) -> d.rise = v))
                    .line("fall", 0, 1, number((d, v) -> d.fall = v))
                    .line("init_fail", 0, 0, (draft, _, _) -> draft.initFail = true);

    private VrrpScriptReader() {}

    static Draft read(Statement statement, Reading reading) {
        Draft draft = new Draft(statement.arguments().getFirst().text(), statement.location());
        for (Statement line : statement.body()) {
            draft.said.putIfAbsent(line.name(), line.location());
        }
        KEYWORDS.read(draft, statement.body(), reading);
        return draft;
    }

    /** A complete script, or null after a report. */
    static @Nullable VrrpScriptEntry complete(
            Draft draft, ScriptAssembly scripts, Reading reading) {
        if (!draft.said.containsKey("script")) {
            reading.error(
                    draft.place,
                    "vrrp_script "
                            + draft.name
                            + " needs script, as in: script \"/usr/bin/check web\"");
        }
        ScriptDraft named = draft.script;
        if (named != null && draft.user != null) {
            named = named.as(draft.user.argument(0), draft.user.argument(1));
        }
        ScriptEntry script = scripts.complete(named).orElse(null);
        if (script == null) {
            return null;
        }
        long interval = draft.intervalNanos == null ? SECOND : draft.intervalNanos;
        return new VrrpScriptEntry(
                draft.name,
                script,
                interval,
                draft.timeoutNanos == null ? interval : draft.timeoutNanos,
                draft.weight.value(),
                draft.weight.reverse(),
                draft.rise,
                draft.fall,
                draft.initFail);
    }

    private static void weight(Draft draft, Statement statement, Reading reading) {
        Weight weight =
                TrackReader.weight(
                        statement.arguments(),
                        Tracked.Kind.SCRIPT.mostWeight(),
                        statement.keyword(),
                        reading);
        draft.weight = weight == null ? draft.weight : weight;
    }

    private static Keywords.Action<Draft> number(BiConsumer<Draft, Integer> set) {
        return (draft, statement, reading) -> {
            Integer value = Values.integer(statement, 1, MOST_RUNS, reading);
            if (value != null) {
                set.accept(draft, value);
            }
        };
    }

    private static Keywords.Action<Draft> time(BiConsumer<Draft, Long> set) {
        return (draft, statement, reading) -> {
            Long nanos = VrrpDefaults.time(statement, MOST_SECONDS, reading);
            if (nanos != null && nanos == 0) {
                reading.error(statement.location(), statement.name() + " must be above 0");
            } else if (nanos != null) {
                set.accept(draft, nanos);
            }
        };
    }
}
