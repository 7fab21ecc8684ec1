package lb.director.config.syntax;

/**
 * One word of a statement with the place where it was written. Immutable.
 *
 * @param text without its quotes and backslashes
 * @param quoted true if any part of it stood in quotes
 */
public record Word(String text, boolean quoted, Location location) {

    /** The text in quotes for a message. */
    public String shown() {
        return Diagnostics.quote(text);
    }
}
