package lb.director.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lb.director.config.FifoEntry.Content;
import lb.director.config.Notifications.TimedScript;
import lb.director.config.syntax.Location;
import lb.director.config.syntax.Statement;
import lb.director.config.syntax.Word;
import org.jspecify.annotations.Nullable;

/** What {@code global_defs} says about notifying. Owned by the reading thread. */
final class NotifyRules {
    private static final int MOST_SECONDS = 1000;
    private static final int DEFAULT_SECONDS = 10;

    /** A fifo as it comes in. */
    private record Fifo(Path path, Location place, @Nullable Word user, @Nullable Word group) {}

    private final Map<Content, Fifo> fifos = new EnumMap<>(Content.class);
    private final Map<Content, ScriptDraft> readers = new EnumMap<>(Content.class);
    boolean priorityChanges;
    @Nullable ScriptDraft startup;
    @Nullable ScriptDraft shutdown;
    int startupSeconds = DEFAULT_SECONDS;
    int shutdownSeconds = DEFAULT_SECONDS;

    static final Map<String, Keywords.Action<NotifyRules>> LINES = lines();

    private static Map<String, Keywords.Action<NotifyRules>> lines() {
        Map<String, Keywords.Action<NotifyRules>> lines = new LinkedHashMap<>();
        for (Content content : Content.values()) {
            lines.put(
                    content.keyword(),
                    (rules, statement, reading) -> rules.fifo(content, statement, reading));
            lines.put(
                    content.keyword() + "_script",
                    (rules, statement, reading) -> {
                        ScriptDraft script = script(statement, reading);
                        if (script != null) {
                            rules.readers.put(content, script);
                        }
                    });
        }
        lines.put(
                "vrrp_notify_priority_changes",
                (rules, statement, reading) ->
                        rules.priorityChanges =
                                Boolean.TRUE.equals(Values.bool(statement, reading)));
        lines.put(
                "startup_script",
                (rules, statement, reading) -> rules.startup = script(statement, reading));
        lines.put(
                "shutdown_script",
                (rules, statement, reading) -> rules.shutdown = script(statement, reading));
        lines.put(
                "startup_script_timeout",
                (rules, statement, reading) -> rules.startupSeconds = seconds(statement, reading));
        lines.put(
                "shutdown_script_timeout",
                (rules, statement, reading) -> rules.shutdownSeconds = seconds(statement, reading));
        return lines;
    }

    private static @Nullable ScriptDraft script(Statement statement, Reading reading) {
        if (statement.argumentCount() == 0) {
            reading.error(
                    statement.location(),
                    statement.name() + " needs a command, as in: \"/usr/bin/program word\"");
            return null;
        }
        return ScriptDraft.read(statement, reading);
    }

    private static int seconds(Statement statement, Reading reading) {
        Integer seconds = Values.integer(statement, 1, MOST_SECONDS, reading);
        return seconds == null ? DEFAULT_SECONDS : seconds;
    }

    private void fifo(Content content, Statement statement, Reading reading) {
        Word word = statement.argument(0);
        Path path = word == null ? null : ScriptFile.absolute(word.text());
        if (word == null || path == null) {
            reading.error(
                    word == null ? statement.location() : word.location(),
                    statement.name()
                            + " needs a path from '/', as in: "
                            + statement.name()
                            + " /run/lb/events");
            return;
        }
        Path normal = path.normalize();
        for (Map.Entry<Content, Fifo> other : fifos.entrySet()) {
            if (other.getValue().path.equals(normal)) {
                reading.error(
                        word.location(),
                        statement.name()
                                + " "
                                + normal
                                + " is there already ("
                                + other.getValue().place.near(word.location())
                                + "); the names of fifos must differ");
            }
        }
        fifos.put(
                content,
                new Fifo(normal, word.location(), statement.argument(1), statement.argument(2)));
    }

    /**
     * @param groups the keywords of each vrrp_sync_group, by its name
     */
    Notifications complete(
            List<VrrpInstanceReader.Draft> instances,
            Map<String, NotifyReader.Draft> groups,
            ScriptAssembly scripts) {
        Map<String, NotifyScripts> byName = new HashMap<>();
        for (VrrpInstanceReader.Draft instance : instances) {
            byName.put(
                    instance.name,
                    NotifyReader.complete(instance.notify, priorityChanges, scripts));
        }
        Map<String, NotifyScripts> groupsByName = new HashMap<>();
        groups.forEach((name, draft) ->
                groupsByName.put(name, NotifyReader.complete(draft, priorityChanges, scripts)));
        return new Notifications(
                byName,
                groupsByName,
                fifos(scripts),
                scripts.complete(startup).map(entry -> new TimedScript(entry, startupSeconds)),
                scripts.complete(shutdown).map(entry -> new TimedScript(entry, shutdownSeconds)));
    }

    private List<FifoEntry> fifos(ScriptAssembly scripts) {
        List<FifoEntry> complete = new ArrayList<>();
        readers.forEach((content, script) -> {
            if (!fifos.containsKey(content)) {
                scripts.leaveOut(
                        script, script.word().location(), "there is no " + content.keyword());
            }
        });
        fifos.forEach((content, fifo) ->
                complete.add(
                        new FifoEntry(
                                content,
                                fifo.path,
                                Optional.ofNullable(fifo.user).map(Word::text),
                                Optional.ofNullable(fifo.group).map(Word::text),
                                scripts.complete(readers.get(content)))));
        return complete;
    }
}
