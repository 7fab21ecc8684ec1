package lb.director.script;

import java.util.ArrayList;
import java.util.List;

/**
 * A command that can be run. Immutable; any thread.
 *
 * @param arguments the program, as a path or as a name that is looked up in {@link #PATH}, and its
 *     arguments; no shell reads them
 */
public record Script(List<String> arguments, ScriptUser user) {
    /** Where programs without a '/' in their name are looked for; also what scripts see as PATH. */
    public static final String PATH =
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public Script {
        arguments = List.copyOf(arguments);
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException("a script needs a program");
        }
    }

    /** The same with more arguments behind. */
    public Script with(String... more) {
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of(more));
        return new Script(all, user);
    }

    /** The program, for messages. */
    public String program() {
        return arguments.getFirst();
    }
}
