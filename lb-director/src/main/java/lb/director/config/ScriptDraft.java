package lb.director.config;

import java.util.ArrayList;
import java.util.List;
import lb.director.config.syntax.Statement;
import lb.director.config.syntax.Word;
import org.jspecify.annotations.Nullable;

/**
 * A command as it was written; {@link ScriptAssembly} completes it. Immutable.
 *
 * @param keyword that it stood behind
 * @param word the command with its arguments
 * @param arguments the same, split
 * @param user null where none is named
 * @param group null where none is named
 */
record ScriptDraft(
        String keyword,
        Word word,
        List<String> arguments,
        @Nullable Word user,
        @Nullable Word group) {

    ScriptDraft {
        arguments = List.copyOf(arguments);
    }

    /** Reads {@code keyword "command arguments" [user [group]]}; null after a report. */
    static @Nullable ScriptDraft read(Statement statement, Reading reading) {
        Word word = statement.arguments().getFirst();
        List<String> arguments = split(word, statement.name(), reading);
        return arguments == null
                ? null
                : new ScriptDraft(
                        statement.name(),
                        word,
                        arguments,
                        statement.argument(1),
                        statement.argument(2));
    }

    /** The same, run as somebody else. */
    ScriptDraft as(@Nullable Word otherUser, @Nullable Word otherGroup) {
        return new ScriptDraft(keyword, word, arguments, otherUser, otherGroup);
    }

    /**
     * Splits a command at spaces, except in quotes and behind a backslash, as a shell does, without
     * a shell's other powers; null after a report.
     */
    static @Nullable List<String> split(Word word, String keyword, Reading reading) {
        Splitter splitter = new Splitter(word.text());
        if (!splitter.split()) {
            reading.error(
                    word.location(),
                    keyword + " " + word.shown() + ": a quote in it has no end; add it");
            return null;
        }
        if (splitter.parts.isEmpty() || splitter.parts.getFirst().isEmpty()) {
            reading.error(
                    word.location(),
                    keyword + " needs a command, as in: " + keyword + " \"/usr/bin/program word\"");
            return null;
        }
        return splitter.parts;
    }

    /** One walk over a command. */
    private static final class Splitter {
        private final String text;
        private final List<String> parts = new ArrayList<>();
        private final StringBuilder part = new StringBuilder();
        private boolean inPart;
        private char quote;

        Splitter(String text) {
            this.text = text;
        }

        /** False if a quote stays open. */
        boolean split() {
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
                    inPart = true;
                    part.append(text.charAt(++i));
                } else if (quote != 0) {
                    inQuotes(c);
                } else if (c == '"' || c == '\'') {
                    inPart = true;
                    quote = c;
                } else if (Character.isWhitespace(c)) {
                    end();
                } else {
                    inPart = true;
                    part.append(c);
                }
            }
            end();
            return quote == 0;
        }

        private void inQuotes(char c) {
            if (c == quote) {
                quote = 0;
            } else {
                part.append(c);
            }
        }

        private void end() {
            if (inPart) {
                parts.add(part.toString());
                part.setLength(0);
                inPart = false;
            }
        }
    }
}
