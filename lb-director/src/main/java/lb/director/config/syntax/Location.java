package lb.director.config.syntax;

/**
 * A place in a configuration: where a word was written, also when it came in through an include or
 * a {@code $VAR}. Immutable.
 *
 * @param file the file's name as the operator gave it, or another origin such as {@code --set
 *     ring=v3}
 * @param line 1-based; 0 if the origin as a whole is meant
 * @param column 1-based, in characters; 0 if the origin as a whole is meant
 */
public record Location(String file, int line, int column) {

    /** The origin as a whole: a file that cannot be read, or a command-line setting. */
    public static Location whole(String origin) {
        return new Location(origin, 0, 0);
    }

    /** "line 7", or "file:7" where that is another file than the reader's. */
    public String near(Location reader) {
        return file.equals(reader.file) && line > 0 ? "line " + line : toString();
    }

    @Override
    public String toString() {
        return line == 0 ? file : file + ":" + line + ":" + column;
    }
}
