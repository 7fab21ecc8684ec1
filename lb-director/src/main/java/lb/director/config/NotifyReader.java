package lb.director.config;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import lb.director.config.syntax.Statement;
import org.jspecify.annotations.Nullable;

/** Reads the notify… keywords of a vrrp_instance or a vrrp_sync_group. Stateless. */
final class NotifyReader {

    /** The keywords as they come in. */
    static final class Draft {
        final Map<NotifyEvent, ScriptDraft> scripts = new EnumMap<>(NotifyEvent.class);
        @Nullable ScriptDraft always;
        boolean deletedSaid;
        @Nullable Boolean priorityChanges;
    }

    private NotifyReader() {}

    /** Adds the keywords of an instance to those of its block. */
    static <T> void addInstanceLines(Keywords<T> words, Function<T, Draft> draft) {
        addLines(words, draft, EnumSet.allOf(NotifyEvent.class));
    }

    /** Adds the keywords of a sync group to those of its block. */
    static <T> void addGroupLines(Keywords<T> words, Function<T, Draft> draft) {
        addLines(words, draft, EnumSet.complementOf(EnumSet.of(NotifyEvent.LOWER_PRIORITY)));
    }

    private static <T> void addLines(
            Keywords<T> words, Function<T, Draft> draft, Set<NotifyEvent> events) {
        for (NotifyEvent event : events) {
            words.line(
                    event.keyword(),
                    event == NotifyEvent.DELETED ? 0 : 1,
                    3,
                    (target, statement, reading) ->
                            script(draft.apply(target), event, statement, reading));
        }
        words.line(
                "notify",
                1,
                3,
                (target, statement, reading) ->
                        draft.apply(target).always = ScriptDraft.read(statement, reading));
        words.line(
                "notify_priority_changes",
                0,
                1,
                (target, statement, reading) ->
                        draft.apply(target).priorityChanges = Values.bool(statement, reading));
    }

    private static void script(
            Draft draft, NotifyEvent event, Statement statement, Reading reading) {
        draft.deletedSaid |= event == NotifyEvent.DELETED;
        if (statement.argumentCount() == 0) {
            return;
        }
        ScriptDraft script = ScriptDraft.read(statement, reading);
        if (script != null) {
            draft.scripts.put(event, script);
        }
    }

    /**
     * @param priorityChanges unless the block says otherwise
     */
    static NotifyScripts complete(Draft draft, boolean priorityChanges, ScriptAssembly assembly) {
        Map<NotifyEvent, ScriptEntry> scripts = new EnumMap<>(NotifyEvent.class);
        draft.scripts.forEach((event, script) ->
                assembly.complete(script).ifPresent(entry -> scripts.put(event, entry)));
        Boolean own = draft.priorityChanges;
        return new NotifyScripts(
                scripts,
                assembly.complete(draft.always),
                draft.deletedSaid,
                own == null ? priorityChanges : own);
    }
}
