package lb.director.notify;

import lb.director.config.ScriptEntry;
import lb.director.script.Script;
import lb.director.script.ScriptUser;

/** Makes what can be run of what is configured. Stateless; any thread. */
public final class Scripts {
    private Scripts() {}

    /** The script of an entry. */
    public static Script of(ScriptEntry entry) {
        return new Script(entry.arguments(), new ScriptUser(entry.user(), entry.group()));
    }
}
