package lb.bench;

import java.util.List;
import picocli.CommandLine.TypeConversionException;

/** One of several things that are known by their text. Stateless; any thread. */
public final class Choice {
    private Choice() {}

    /**
     * The one with this text, in small or capital letters.
     *
     * @throws TypeConversionException naming all, when it is none of them
     */
    public static <T> T of(List<T> known, String text) {
        return known.stream()
                .filter(one -> one.toString().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() ->
                        new TypeConversionException(
                                "expected one of " + known + " but was '" + text + "'"));
    }
}
