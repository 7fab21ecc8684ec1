package lb.director.config;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import lb.director.config.syntax.Statement;
import lb.director.config.syntax.Word;
import org.jspecify.annotations.Nullable;

/**
 * The keywords of one block: what to do for those that have a meaning here, which others keepalived
 * knows, and a clear word about all the rest. Built once, then only read.
 *
 * @param <T> what the block's statements fill in
 */
final class Keywords<T> {

    /** Carries out one statement. */
    interface Action<T> {
        void apply(T target, Statement statement, Reading reading);
    }

    /** A keyword with a meaning: how many arguments it takes, and whether a block follows. */
    private record Entry<T>(int minimum, int maximum, boolean block, Action<T> action) {}

    private final String blockName;
    private final Set<String> known;
    private final Map<String, Entry<T>> entries = new HashMap<>();

    /**
     * @param blockName the block in messages, and in the {@link Vocabulary}
     */
    Keywords(String blockName) {
        this.blockName = blockName;
        this.known = Vocabulary.words(blockName);
    }

    /** A keyword with a number of arguments and no block. */
    Keywords<T> line(String name, int minimum, int maximum, Action<T> action) {
        entries.put(name, new Entry<>(minimum, maximum, false, action));
        return this;
    }

    /** A keyword with a number of arguments and a block. */
    Keywords<T> block(String name, int minimum, int maximum, Action<T> action) {
        entries.put(name, new Entry<>(minimum, maximum, true, action));
        return this;
    }

    /** Two spellings of one keyword. */
    Keywords<T> line(String name, String legacy, int minimum, int maximum, Action<T> action) {
        return line(name, minimum, maximum, action).line(legacy, minimum, maximum, action);
    }

    boolean has(String name) {
        return entries.containsKey(name);
    }

    Set<String> names() {
        return new TreeSet<>(entries.keySet());
    }

    void read(T target, List<Statement> statements, Reading reading) {
        for (Statement statement : statements) {
            Entry<T> entry = entries.get(statement.name());
            if (entry != null) {
                apply(entry, target, statement, reading);
            } else if (known.contains(statement.name())) {
                reading.notDone(
                        statement.name(),
                        statement.location(),
                        Vocabulary.consequence(statement.name()));
                reportUnknownInside(statement, reading);
            } else {
                reportUnknown(statement, reading);
            }
        }
    }

    private void apply(Entry<T> entry, T target, Statement statement, Reading reading) {
        String name = statement.name();
        if (statement.argumentCount() < entry.minimum) {
            reading.error(statement.location(), name + " needs " + Vocabulary.usage(name));
            return;
        }
        if (statement.argumentCount() > entry.maximum) {
            reportExtra(statement, entry.maximum, reading);
        }
        if (entry.block && statement.block() == null) {
            reading.error(statement.location(), name + " needs a block: expected '{' behind it");
            return;
        }
        if (!entry.block && statement.block() != null) {
            String message = name + " takes no block; put what follows on a line of its own";
            reading.error(statement.block().open(), message);
            return;
        }
        entry.action.apply(target, statement, reading);
    }

    private static void reportExtra(Statement statement, int maximum, Reading reading) {
        Word extra = statement.arguments().get(maximum);
        String message =
                extra.shown()
                        + " is ignored: "
                        + statement.name()
                        + " takes "
                        + (maximum == 0 ? "no argument" : "only " + maximum);
        reading.dropped(extra.location(), message + "; one statement a line");
    }

    /** A block we do not do is still checked for words keepalived does not know in it. */
    private static void reportUnknownInside(Statement statement, Reading reading) {
        Set<String> words = Vocabulary.words(statement.name());
        if (words.isEmpty()) {
            return;
        }
        for (Statement inner : statement.body()) {
            if (words.contains(inner.name())) {
                reportUnknownInside(inner, reading);
            } else {
                reading.unknown(
                        inner.location(),
                        Vocabulary.unknown(inner.name(), statement.name(), words));
            }
        }
    }

    private void reportUnknown(Statement statement, Reading reading) {
        TreeSet<String> candidates = new TreeSet<>(known);
        candidates.addAll(entries.keySet());
        String message = Vocabulary.unknown(statement.name(), blockName, candidates);
        reading.unknown(statement.location(), message);
    }

    /** The member of a list that a mistyped word probably means, or null. */
    static @Nullable String nearest(String word, Iterable<String> candidates) {
        String best = null;
        int least = word.length() < 5 ? 2 : 3;
        for (String candidate : candidates) {
            int distance = distance(lower(word), lower(candidate), least);
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        return best;
    }

    private static String lower(String word) {
        return word.toLowerCase(Locale.ROOT);
    }

    /**
     * Insertions, deletions, changes and swaps of neighbours between two words, or the bound if not
     * fewer.
     */
    private static int distance(String a, String b, int bound) {
        if (Math.abs(a.length() - b.length()) >= bound) {
            return bound;
        }
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                d[i][j] = i == 0 || j == 0 ? i + j : cheapest(d, a, b, i, j);
            }
        }
        return Math.min(bound, d[a.length()][b.length()]);
    }

    private static int cheapest(int[][] d, String a, String b, int i, int j) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int least = Math.min(d[i - 1][j - 1] + change, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        boolean swapped =
                i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(least, d[i - 2][j - 2] + 1) : least;
    }
}
