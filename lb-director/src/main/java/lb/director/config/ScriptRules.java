package lb.director.config;

import java.util.Map;
import lb.director.config.syntax.Word;
import org.jspecify.annotations.Nullable;

/** What {@code global_defs} says about scripts, as it comes in. Owned by the reading thread. */
final class ScriptRules {
    @Nullable Word user;
    @Nullable Word group;
    boolean secured;

    static final Map<String, Keywords.Action<ScriptRules>> LINES =
            Map.of(
                    "script_user",
                    (rules, statement, reading) -> {
                        if (statement.argumentCount() == 0) {
                            reading.error(
                                    statement.location(),
                                    "script_user needs the name of a user, as in: script_user nobody");
                            return;
                        }
                        rules.user = statement.argument(0);
                        rules.group = statement.argument(1);
                    },
                    "enable_script_security",
                    (rules, statement, reading) ->
                            rules.secured = Boolean.TRUE.equals(Values.bool(statement, reading)));
}
