package lb.director.config.syntax;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The {@code $VAR} definitions seen so far, and the predefined ones. Owned by the reading thread.
 */
final class Variables {

    /**
     * A {@code $NAME}, {@code ${NAME}} or {@code ${_NAME arguments}} in a line.
     *
     * @param end index after its last character
     */
    record Reference(String name, String arguments, int end) {}

    private final Map<String, List<PlacedText>> definitions = new HashMap<>();
    private final SyntaxOptions options;
    private final Random random;

    Variables(SyntaxOptions options) {
        this.options = options;
        this.random = new Random(options.randomSeed());
    }

    void define(String name, List<PlacedText> lines) {
        definitions.put(name, List.copyOf(lines));
    }

    boolean defines(String name) {
        return definitions.containsKey(name);
    }

    /** The lines that stand for a reference, or null if there is no such definition. */
    @Nullable List<PlacedText> value(Reference reference, Location place, String directory) {
        List<PlacedText> defined = definitions.get(reference.name);
        if (defined != null) {
            return defined;
        }
        String text = predefined(reference, directory);
        return text == null ? null : List.of(PlacedText.at(place, text));
    }

    private @Nullable String predefined(Reference reference, String directory) {
        return switch (reference.name) {
            case "_PWD" -> directory;
            case "_INSTANCE" -> options.configId();
            case "_HASH" -> "#";
            case "_BANG" -> "!";
            case "_ENV" -> options.environment().get(reference.arguments);
            case "_RANDOM" -> randomNumber(reference.arguments);
            default -> null;
        };
    }

    private @Nullable String randomNumber(String arguments) {
        long[] range = {0, 32767};
        String[] bounds = arguments.isEmpty() ? new String[0] : arguments.split("\\s+");
        for (int i = 0; i < bounds.length; i++) {
            if (i > 1 || !bounds[i].matches("\\d{1,9}")) {
                return null;
            }
            range[i] = Long.parseLong(bounds[i]);
        }
        return range[0] > range[1] ? null : Long.toString(random.nextLong(range[0], range[1] + 1));
    }

    /** The reference that starts at a {@code $}, or null if what stands there is none. */
    static @Nullable Reference referenceAt(String text, int dollar) {
        int at = dollar + 1;
        if (at < text.length() && text.charAt(at) == '{') {
            return bracedAt(text, at + 1);
        }
        int end = nameEnd(text, at);
        boolean separate = end == text.length() || PlacedText.isSpace(text.charAt(end));
        return end > at && separate ? new Reference(text.substring(at, end), "", end) : null;
    }

    private static @Nullable Reference bracedAt(String text, int from) {
        int nameEnd = nameEnd(text, from);
        int close = text.indexOf('}', nameEnd);
        if (nameEnd == from || close < 0) {
            return null;
        }
        String rest = text.substring(nameEnd, close);
        boolean separate = rest.isEmpty() || PlacedText.isSpace(rest.charAt(0));
        if (!separate || rest.length() > 200) {
            return null;
        }
        return new Reference(text.substring(from, nameEnd), rest.strip(), close + 1);
    }

    /** Index after the name that starts here; the start itself if none does. */
    static int nameEnd(String text, int from) {
        int end = from;
        while (end < text.length() && isNameCharacter(text.charAt(end), end == from)) {
            end++;
        }
        return end;
    }

    private static boolean isNameCharacter(char c, boolean first) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || c == '_'
                || (c >= '0' && c <= '9' && !first);
    }
}
