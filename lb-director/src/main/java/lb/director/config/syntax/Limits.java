package lb.director.config.syntax;

/**
 * Bounds on one reading, so that a broken or hostile file ends in a clear error and not in a full
 * memory. Immutable.
 *
 * @param fileBytes size of one file
 * @param files files opened in one reading, includes counted each time
 * @param includeDepth files open within each other
 * @param blockDepth blocks open within each other
 * @param lineLength characters of one line after expansion
 * @param lines lines read or generated
 * @param expansions {@code $VAR} replacements in one line
 * @param generatorDepth multi-line variables and generators within each other
 */
public record Limits(
        int fileBytes,
        int files,
        int includeDepth,
        int blockDepth,
        int lineLength,
        int lines,
        int expansions,
        int generatorDepth) {

    /** Far above any configuration seen in the wild, far below what hurts. */
    public static final Limits DEFAULT =
            new Limits(8 << 20, 1000, 16, 32, 16384, 2_000_000, 500, 40);
}
