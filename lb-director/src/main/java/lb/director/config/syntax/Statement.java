package lb.director.config.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line of a configuration: a keyword, its arguments, and the block that follows it, if one does.
 * Immutable.
 *
 * @param words at least one, the keyword first
 */
public record Statement(List<Word> words, @Nullable Block block) {

    public Statement {
        words = List.copyOf(words);
    }

    /** The first word. */
    public Word keyword() {
        return words.getFirst();
    }

    /** The name of the keyword. */
    public String name() {
        return keyword().text();
    }

    /** Where the statement begins. */
    public Location location() {
        return keyword().location();
    }

    /** How many words follow the keyword. */
    public int argumentCount() {
        return words.size() - 1;
    }

    /** The argument at an index from 0, or null if there are fewer. */
    public @Nullable Word argument(int index) {
        return index + 1 < words.size() ? words.get(index + 1) : null;
    }

    /** The words after the keyword. */
    public List<Word> arguments() {
        return words.subList(1, words.size());
    }

    /** The statements of the block; none if there is no block. */
    public List<Statement> body() {
        return block == null ? List.of() : block.statements();
    }

    /** The words as written, with single spaces: {@code virtual_server 10.0.0.1 80}. */
    public String header() {
        StringBuilder header = new StringBuilder();
        for (Word word : words) {
            header.append(header.isEmpty() ? "" : " ").append(word.text());
        }
        return Diagnostics.printable(header.toString(), 60);
    }
}
