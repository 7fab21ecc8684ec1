package lb.bench;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The words of a benchmark's command line, read one after the other. Owned by the thread that
 * reads; what it refuses, it refuses with an IllegalArgumentException that names the option.
 */
public final class Words {
    private final Iterator<String> rest;

    /** From the first word on. */
    public Words(List<String> words) {
        rest = List.copyOf(words).iterator();
    }

    /** Whether there is another word. */
    public boolean hasNext() {
        return rest.hasNext();
    }

    /** The next word. */
    public String next() {
        return rest.next();
    }

    /** The value of {@code option}: the next word. */
    public String value(String option) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(option + " needs a value");
        }
        return rest.next();
    }

    /** The value of {@code option}, from {@code least} to {@code most}. */
    public int number(String option, int least, int most) {
        return number(option, value(option), least, most);
    }

    /** One or more values of {@code option}, separated by commas, each once. */
    public List<Integer> numbers(String option, int least, int most) {
        Set<Integer> numbers = new LinkedHashSet<>();
        for (String text : value(option).split(",", -1)) {
            numbers.add(number(option, text, least, most));
        }
        return new ArrayList<>(numbers);
    }

    /**
     * A text as a number.
     *
     * @throws IllegalArgumentException when it is none, or out of range
     */
    public static int number(String option, String text, int least, int most) {
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, together with what is out of range.
        }
        throw new IllegalArgumentException(
                "%s needs a whole number from %d to %d, not '%s'"
                        .formatted(option, least, most, text));
    }

    /** The one of {@code known} whose text is the value of {@code option}. */
    public <T> T choice(String option, List<T> known) {
        return choice(option, value(option), known);
    }

    /** Those of {@code known} that the value of {@code option} names, in its order, each once. */
    public <T> List<T> choices(String option, List<T> known) {
        Set<T> chosen = new LinkedHashSet<>();
        for (String text : value(option).split(",", -1)) {
            chosen.add(choice(option, text, known));
        }
        return new ArrayList<>(chosen);
    }

    private static <T> T choice(String option, String text, List<T> known) {
        String lower = text.toLowerCase(Locale.ROOT);
        return known.stream()
                .filter(one -> one.toString().equals(lower))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "%s knows %s, not '%s'"
                                        .formatted(
                                                option,
                                                known.stream()
                                                        .map(Object::toString)
                                                        .collect(Collectors.joining(", ")),
                                                text)));
    }

    /** Says that nobody knows {@code word}. */
    public static IllegalArgumentException unknown(String word) {
        return new IllegalArgumentException(
                word.startsWith("-")
                        ? "unknown option '" + word + "'"
                        : "'" + word + "' is one word too many");
    }
}
