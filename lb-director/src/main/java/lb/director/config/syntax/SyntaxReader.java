package lb.director.config.syntax;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** Reads a configuration as a tree of statements. Stateless; used by the calling thread. */
public final class SyntaxReader {

    private SyntaxReader() {}

    /**
     * The tree of a file and of all it includes.
     *
     * @return what could be read; problems are in {@code diagnostics}
     */
    public static List<Statement> read(Path path, SyntaxOptions options, Diagnostics diagnostics) {
        SourceName file = new SourceName(path);
        try {
            String text = SourceFile.text(path, options.limits().fileBytes());
            return read(file, text, options, diagnostics);
        } catch (SourceFile.UnreadableException e) {
            Location place = Location.whole(file.shown());
            diagnostics.error(Diagnostic.Kind.SYNTAX, place, String.valueOf(e.getMessage()));
            return List.of();
        }
    }

    /**
     * The tree of a text.
     *
     * @param name the text's name in messages; relative includes start from its directory
     */
    public static List<Statement> read(
            String name, String text, SyntaxOptions options, Diagnostics diagnostics) {
        return read(new SourceName(pathOf(name), name), text, options, diagnostics);
    }

    private static Path pathOf(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            return Path.of("");
        }
    }

    private static List<Statement> read(
            SourceName file, String text, SyntaxOptions options, Diagnostics diagnostics) {
        Location start = new Location(file.shown(), 1, 1);
        TreeParser parser = new TreeParser(diagnostics, options.limits().blockDepth(), start);
        Lexer lexer = new Lexer(diagnostics, parser);
        new Preprocessor(options, diagnostics, lexer::line).read(file, text);
        return parser.finish();
    }
}
