package lb.core.service;

import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A setting of a scheduler that has a value, written among its flags as {@code name=value}.
 * Immutable; any thread.
 *
 * @param name such as {@code table-size}
 * @param allowed the values it takes, for messages: {@code 4093, 65537 or 655373}
 * @param accepts tells whether a value is one of them
 */
public record SchedulerOption(String name, String allowed, Predicate<String> accepts) {
    /** The value that {@code flags} give this option, or null. */
    public @Nullable String valueIn(Set<String> flags) {
        for (String flag : flags) {
            if (isWrittenIn(flag)) {
                return flag.substring(name.length() + 1);
            }
        }
        return null;
    }

    /** Whether {@code flag} sets this option, to whatever value. */
    public boolean isWrittenIn(String flag) {
        return flag.length() > name.length()
                && flag.startsWith(name)
                && flag.charAt(name.length()) == '=';
    }
}
