package lb.director.config.syntax;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import lb.director.config.syntax.Diagnostic.Kind;

/**
 * Builds the tree of statements and blocks out of words and braces. Owned by the reading thread.
 */
final class TreeParser implements Lexer.TokenSink {

    /** A block that is still open: the words before it, its brace and what it holds so far. */
    private static final class OpenBlock {
        final List<Word> header;
        final Location brace;
        final List<Statement> statements = new ArrayList<>();

        OpenBlock(List<Word> header, Location brace) {
            this.header = header;
            this.brace = brace;
        }
    }

    private final Diagnostics diagnostics;
    private final int maximumDepth;
    private final Deque<OpenBlock> open = new ArrayDeque<>();
    private List<Word> words = new ArrayList<>();

    /**
     * True if the last statement ended with its line and had no block: a brace on a later line
     * belongs to it.
     */
    private boolean awaitsBlock;

    private int tooDeep;

    TreeParser(Diagnostics diagnostics, int maximumDepth, Location start) {
        this.diagnostics = diagnostics;
        this.maximumDepth = maximumDepth;
        open.push(new OpenBlock(List.of(), start));
    }

    @Override
    public void word(Word word) {
        words.add(word);
    }

    @Override
    public void open(Location place) {
        List<Word> header = takeHeader();
        if (header.isEmpty()) {
            String message =
                    "'{' without a keyword before it; expected a keyword such as virtual_server";
            diagnostics.error(Kind.SYNTAX, place, message);
        }
        if (open.size() > maximumDepth) {
            if (tooDeep++ == 0) {
                String message =
                        "blocks are nested more than "
                                + maximumDepth
                                + " deep; is a '}' missing above?";
                diagnostics.error(Kind.SYNTAX, place, message);
            }
            return;
        }
        open.push(new OpenBlock(header, place));
    }

    private List<Word> takeHeader() {
        List<Word> header = words;
        words = new ArrayList<>();
        List<Statement> before = open.element().statements;
        if (header.isEmpty() && awaitsBlock && !before.isEmpty()) {
            header = before.removeLast().words();
        }
        awaitsBlock = false;
        return header;
    }

    @Override
    public void close(Location place) {
        endStatement();
        awaitsBlock = false;
        if (tooDeep > 0) {
            tooDeep--;
        } else if (open.size() == 1) {
            diagnostics.error(
                    Kind.SYNTAX,
                    place,
                    "'}' closes nothing; remove it, or look for a missing '{' above");
        } else {
            closeInnermost();
        }
    }

    private void closeInnermost() {
        OpenBlock block = open.pop();
        if (!block.header.isEmpty()) {
            open.element()
                    .statements
                    .add(new Statement(block.header, new Block(block.brace, block.statements)));
        }
    }

    @Override
    public void endOfLine() {
        if (!words.isEmpty()) {
            endStatement();
            awaitsBlock = true;
        }
    }

    private void endStatement() {
        if (!words.isEmpty()) {
            open.element().statements.add(new Statement(words, null));
            words = new ArrayList<>();
        }
    }

    /** The statements at the top; blocks left open are reported and closed. */
    List<Statement> finish() {
        endStatement();
        while (open.size() > 1) {
            OpenBlock block = open.element();
            String name = block.header.isEmpty() ? "" : " of " + block.header.getFirst().text();
            diagnostics.error(
                    Kind.SYNTAX,
                    block.brace,
                    "the '{'" + name + " is never closed; add the missing '}'");
            closeInnermost();
        }
        return List.copyOf(open.element().statements);
    }
}
