package lb.director.config.syntax;

import lb.director.config.syntax.Diagnostic.Kind;

/** Cuts a line into words and braces. Owned by the reading thread. */
final class Lexer {

    /** Takes the tokens, in order. */
    interface TokenSink {
        void word(Word word);

        void open(Location place);

        void close(Location place);

        void endOfLine();
    }

    private final Diagnostics diagnostics;
    private final TokenSink sink;
    private PlacedText line = PlacedText.of("", "", 0);
    private int at;
    private boolean quoted;
    private StringBuilder word = new StringBuilder();

    Lexer(Diagnostics diagnostics, TokenSink sink) {
        this.diagnostics = diagnostics;
        this.sink = sink;
    }

    void line(PlacedText text) {
        line = text;
        at = 0;
        while (at < line.length()) {
            char c = line.charAt(at);
            if (PlacedText.isSpace(c)) {
                at++;
            } else if (c == '{') {
                sink.open(line.placeOf(at++));
            } else if (c == '}') {
                sink.close(line.placeOf(at++));
            } else if (c == '\\' && at == line.length() - 1) {
                reportLooseBackslash();
            } else {
                readWord();
            }
        }
        sink.endOfLine();
    }

    private void reportLooseBackslash() {
        diagnostics.warning(
                Kind.ADJUSTED,
                line.placeOf(at++),
                "'\\' at the end of a line joins lines only in a $NAME= definition; it is ignored");
    }

    private void readWord() {
        Location place = line.placeOf(at);
        word = new StringBuilder();
        quoted = false;
        while (at < line.length() && !endsWord(line.charAt(at))) {
            char c = line.charAt(at);
            if (c == '"' || c == '\'') {
                readQuoted(c);
            } else if (c == '$' && at + 1 < line.length() && line.charAt(at + 1) == '{') {
                readUndefined();
            } else if (c == '\\' && at + 1 < line.length() && escapable(line.charAt(at + 1))) {
                word.append(line.charAt(at + 1));
                at += 2;
            } else {
                word.append(c);
                at++;
            }
        }
        sink.word(new Word(word.toString(), quoted, place));
    }

    private static boolean endsWord(char c) {
        return c == '{' || c == '}' || PlacedText.isSpace(c);
    }

    private static boolean escapable(char c) {
        return "#!\"'\\{}$ ".indexOf(c) >= 0;
    }

    /** A ${NAME} that is still here has no definition; its braces are not those of a block. */
    private void readUndefined() {
        int close = line.text().indexOf('}', at);
        int end = close < 0 ? at + 1 : close + 1;
        if (close >= 0) {
            String name = line.text().substring(at, end);
            diagnostics.warning(
                    Kind.ADJUSTED,
                    line.placeOf(at),
                    Diagnostics.quote(name) + " is not defined above this line and stays as it is");
        }
        word.append(line.text(), at, end);
        at = end;
    }

    private void readQuoted(char quote) {
        int start = at++;
        quoted = true;
        while (at < line.length() && line.charAt(at) != quote) {
            if (line.charAt(at) == '\\' && at + 1 < line.length()) {
                at = Escapes.append(line.text(), at, word);
            } else {
                word.append(line.charAt(at++));
            }
        }
        if (at == line.length()) {
            diagnostics.error(Kind.SYNTAX, line.placeOf(start), unclosed(quote));
        } else {
            at++;
        }
    }

    private static String unclosed(char quote) {
        String hint =
                quote == '\''
                        ? "; note that # and ! start a comment inside '...', but not inside \"...\""
                        : "";
        return "the quote "
                + quote
                + " is not closed on this line; add the closing "
                + quote
                + hint;
    }

    /** Escapes inside quotes, as in a shell's $'...'. */
    private static final class Escapes {

        private static final String NAMES = "abEfnrtv";
        private static final String VALUES = "\u0007\b\u001b\f\n\r\t\u000b";

        /** Appends what the escape at an index means; returns the index behind it. */
        static int append(String text, int backslash, StringBuilder into) {
            char c = text.charAt(backslash + 1);
            int named = NAMES.indexOf(c);
            if (named >= 0) {
                into.append(VALUES.charAt(named));
                return backslash + 2;
            }
            if (c == 'x') {
                return number(text, backslash + 2, 16, 2, into, c);
            }
            if (c >= '0' && c <= '7') {
                return number(text, backslash + 1, 8, 3, into, c);
            }
            if (c == 'c' && backslash + 2 < text.length()) {
                into.append((char) (text.charAt(backslash + 2) & 0x1f));
                return backslash + 3;
            }
            into.append(c);
            return backslash + 2;
        }

        private static int number(
                String text, int from, int radix, int digits, StringBuilder into, char otherwise) {
            int end = from;
            int value = 0;
            while (end < text.length()
                    && end < from + digits
                    && Character.digit(text.charAt(end), radix) >= 0) {
                value = value * radix + Character.digit(text.charAt(end++), radix);
            }
            if (end == from) {
                into.append(otherwise);
            } else {
                into.append((char) value);
            }
            return end;
        }
    }
}
