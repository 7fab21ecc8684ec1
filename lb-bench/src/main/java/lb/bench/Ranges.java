package lb.bench;

import java.lang.reflect.AnnotatedElement;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Checks what options are given against their {@link Within}. Stateless; any thread. */
final class Ranges {
    private Ranges() {}

    /**
     * Checks all options of one command.
     *
     * @throws ParameterException naming the first that is out of its range
     */
    static void check(ParseResult parsed) {
        for (OptionSpec option : parsed.matchedOptions()) {
            Within range = range(option);
            if (range != null) {
                for (Object value : values(option)) {
                    check(option, (int) value, range, parsed);
                }
            }
        }
    }

    private static @Nullable Within range(OptionSpec option) {
        return option.userObject() instanceof AnnotatedElement field
                ? field.getAnnotation(Within.class)
                : null;
    }

    private static Collection<?> values(OptionSpec option) {
        Object value = option.getValue();
        return value instanceof Collection<?> several ? several : List.of(value);
    }

    private static void check(OptionSpec option, int value, Within range, ParseResult parsed) {
        if (value < range.least() || value > range.most()) {
            throw new ParameterException(
                    parsed.commandSpec().commandLine(),
                    "%s needs a whole number from %d to %d, not '%d'"
                            .formatted(option.longestName(), range.least(), range.most(), value));
        }
    }
}
