package lb.director.config.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import lb.director.config.syntax.Diagnostic.Kind;
import lb.director.config.syntax.Variables.Reference;
import org.jspecify.annotations.Nullable;

/**
 * Turns the lines of a file and of its includes into the lines that count: {@code @id} conditions
 * decided, {@code $VAR} replaced, generators unrolled, includes read in. Owned by the reading
 * thread.
 *
 * <p>Replacement is late, as in keepalived: the value of a variable may name variables that get
 * theirs later, and the lines of a multi-line value are read as if they stood at the place of use.
 */
final class Preprocessor {

    /** Takes the finished lines, in order. */
    interface LineSink {
        void line(PlacedText line);
    }

    /** Lines that one generator may make. */
    private static final int MAXIMUM_ROWS = 65_536;

    private final Limits limits;
    private final String configId;
    private final Diagnostics diagnostics;
    private final Variables variables;
    private final Includes includes;
    private final LineSink sink;
    private int linesLeft;
    private boolean stopped;

    Preprocessor(SyntaxOptions options, Diagnostics diagnostics, LineSink sink) {
        this.limits = options.limits();
        this.configId = options.configId();
        this.diagnostics = diagnostics;
        this.variables = new Variables(options);
        this.includes = new Includes(options.limits(), diagnostics);
        this.sink = sink;
        this.linesLeft = limits.lines();
    }

    /** Reads the main file's text. */
    void read(SourceName file, String text) {
        includes.enter(file);
        lines(SourceFile.lines(text, file.shown(), diagnostics), 0);
        includes.leave();
    }

    private void lines(List<PlacedText> lines, int depth) {
        for (int i = 0; i < lines.size() && !stopped; i++) {
            PlacedText line = lines.get(i);
            if (line.length() == 0) {
                continue;
            }
            if (--linesLeft < 0 || depth > limits.generatorDepth()) {
                stopTooLarge(line.start(), depth);
                return;
            }
            int last = lastLineOfDefinition(lines, i);
            line(lines.subList(i, last + 1), depth);
            i = last;
        }
    }

    private void stopTooLarge(Location place, int depth) {
        String message =
                depth > limits.generatorDepth()
                        ? "variables or generators are nested more than "
                                + limits.generatorDepth()
                                + " deep; does a variable contain itself?"
                        : "the configuration grows beyond "
                                + limits.lines()
                                + " lines here; reading stops";
        stop(place, message);
    }

    private void stop(Location place, String message) {
        diagnostics.error(Kind.SYNTAX, place, message);
        stopped = true;
    }

    /**
     * Index of the last line that belongs to the line at {@code first}: more than itself only for
     * $VAR=...\
     */
    private static int lastLineOfDefinition(List<PlacedText> lines, int first) {
        int i = first;
        if (!endsOpen(lines.get(i)) || !holdsDefinition(lines.get(i).text())) {
            return i;
        }
        while (i + 1 < lines.size() && (lines.get(i).length() == 0 || endsOpen(lines.get(i)))) {
            i++;
        }
        return i;
    }

    private static boolean endsOpen(PlacedText line) {
        return line.length() > 0 && line.charAt(line.length() - 1) == '\\';
    }

    /** True for {@code $NAME=...}, also behind @id. */
    private static boolean holdsDefinition(String text) {
        int at = 0;
        while (at < text.length() && text.charAt(at) == '@') {
            while (at < text.length() && !PlacedText.isSpace(text.charAt(at))) {
                at++;
            }
            while (at < text.length() && PlacedText.isSpace(text.charAt(at))) {
                at++;
            }
        }
        return definedName(text.substring(at)) != null;
    }

    private static @Nullable String definedName(String text) {
        int end = text.startsWith("$") ? Variables.nameEnd(text, 1) : 0;
        boolean defines = end > 1 && end < text.length() && text.charAt(end) == '=';
        return defines ? text.substring(1, end) : null;
    }

    /** One line; or all lines of one multi-line definition. */
    private void line(List<PlacedText> lines, int depth) {
        PlacedText line = lines.getFirst();
        while (line.length() > 0 && line.charAt(0) == '@') {
            PlacedText rest = conditional(line);
            if (rest == null) {
                return;
            }
            line = rest;
        }
        String name = definedName(line.text());
        if (name != null) {
            define(name, line.slice(name.length() + 2), lines.subList(1, lines.size()));
        } else if (line.length() > 0) {
            plainLine(line, depth);
        }
    }

    /** What follows a condition that holds, else null. */
    private @Nullable PlacedText conditional(PlacedText line) {
        boolean negated = line.length() > 1 && line.charAt(1) == '^';
        int from = negated ? 2 : 1;
        int end = from;
        while (end < line.length() && !PlacedText.isSpace(line.charAt(end))) {
            end++;
        }
        if (end == from) {
            String message = "expected a name behind '@', as in '@" + configId + " priority 100'";
            diagnostics.error(Kind.SYNTAX, line.start(), message);
            return null;
        }
        boolean same = line.text().substring(from, end).equals(configId);
        return same == negated ? null : line.slice(end).strip();
    }

    private void define(String name, PlacedText first, List<PlacedText> more) {
        if (name.startsWith("_")) {
            String message = "names that start with _ are predefined; choose another for $" + name;
            diagnostics.error(Kind.SYNTAX, first.start(), message);
            return;
        }
        List<PlacedText> value = new ArrayList<>();
        addLine(value, first);
        for (PlacedText line : more) {
            addLine(value, line);
        }
        variables.define(name, value.isEmpty() ? List.of(first.slice(0, 0)) : value);
    }

    private static void addLine(List<PlacedText> value, PlacedText line) {
        PlacedText content =
                endsOpen(line) ? line.slice(0, line.length() - 1).strip() : line.strip();
        if (content.length() > 0) {
            value.add(content);
        }
    }

    private void plainLine(PlacedText line, int depth) {
        if (line.charAt(0) == '~') {
            generate(line, depth);
        } else if (IncludeCheck.of(firstWord(line.text())) != null) {
            include(line, depth);
        } else {
            expandAndPass(line, depth);
        }
    }

    private static String firstWord(String text) {
        int end = 0;
        while (end < text.length() && !PlacedText.isSpace(text.charAt(end))) {
            end++;
        }
        return text.substring(0, end);
    }

    private void generate(PlacedText line, int depth) {
        int close = line.text().indexOf(')');
        PlacedText head = expandInline(line.slice(0, close + 1));
        if (head == null) {
            return;
        }
        try {
            Generator generator = Generator.parse(head.text(), MAXIMUM_ROWS);
            PlacedText rest = line.slice(close + 1).strip();
            for (List<String> row : generator.rows()) {
                for (int i = 0; i < row.size(); i++) {
                    PlacedText value = PlacedText.at(line.start(), row.get(i));
                    variables.define(generator.names().get(i), List.of(value));
                }
                lines(List.of(rest), depth + 1);
            }
        } catch (Generator.MalformedException e) {
            diagnostics.error(Kind.SYNTAX, line.start(), String.valueOf(e.getMessage()));
        }
    }

    private void include(PlacedText line, int depth) {
        PlacedText expanded = expandInline(line);
        if (expanded == null) {
            return;
        }
        for (SourceName file : includes.files(expanded)) {
            String text = includes.open(file, expanded);
            if (text != null) {
                includes.enter(file);
                lines(SourceFile.lines(text, file.shown(), diagnostics), depth);
                includes.leave();
            }
            if (includes.exhausted()) {
                stopped = true;
            }
        }
    }

    /**
     * Replaces single-line variables; the first multi-line one makes several lines, which are read
     * anew.
     */
    private void expandAndPass(PlacedText line, int depth) {
        PlacedText text = line;
        int replaced = 0;
        for (int i = text.text().indexOf('$');
                i >= 0 && !stopped;
                i = text.text().indexOf('$', i)) {
            Reference reference = Variables.referenceAt(text.text(), i);
            List<PlacedText> value = reference == null ? null : value(reference, text.placeOf(i));
            if (reference == null || value == null) {
                warnAboutBareName(text, i);
                i++;
            } else if (value.size() == 1) {
                text = replace(text, i, reference, value.getFirst(), ++replaced);
            } else {
                lines(spliced(text, i, reference, value), depth + 1);
                return;
            }
        }
        pass(text, replaced > 0, depth);
    }

    /**
     * A line whose first word came out of a variable may turn out to be a condition, a definition,
     * an include.
     */
    private void pass(PlacedText text, boolean replaced, int depth) {
        PlacedText line = text.strip();
        if (stopped || line.length() == 0) {
            return;
        }
        char first = line.charAt(0);
        boolean special =
                first == '@' || first == '~' || IncludeCheck.of(firstWord(line.text())) != null;
        if (replaced && (special || definedName(line.text()) != null)) {
            lines(List.of(line), depth + 1);
        } else {
            sink.line(line);
        }
    }

    private @Nullable PlacedText expandInline(PlacedText line) {
        PlacedText text = line;
        int replaced = 0;
        for (int i = text.text().indexOf('$');
                i >= 0 && !stopped;
                i = text.text().indexOf('$', i)) {
            Reference reference = Variables.referenceAt(text.text(), i);
            List<PlacedText> value = reference == null ? null : value(reference, text.placeOf(i));
            if (reference == null || value == null || value.size() != 1) {
                i++;
            } else {
                text = replace(text, i, reference, value.getFirst(), ++replaced);
            }
        }
        return stopped ? null : text;
    }

    private @Nullable List<PlacedText> value(Reference reference, Location place) {
        return variables.value(reference, place, includes.directory());
    }

    private PlacedText replace(
            PlacedText text, int at, Reference reference, PlacedText value, int count) {
        boolean tooMany = count > limits.expansions();
        if (tooMany || text.length() + value.length() > limits.lineLength()) {
            String name = "$" + reference.name();
            stop(
                    text.placeOf(at),
                    tooMany
                            ? name + " is replaced again and again; does it contain itself?"
                            : "the line grows beyond "
                                    + limits.lineLength()
                                    + " characters at "
                                    + name);
            return text;
        }
        return text.replace(at, reference.end(), value);
    }

    private static List<PlacedText> spliced(
            PlacedText text, int at, Reference reference, List<PlacedText> value) {
        List<PlacedText> lines = new ArrayList<>(value);
        PlacedText before = text.slice(0, at);
        lines.set(0, before.replace(at, at, lines.getFirst()).strip());
        PlacedText last = lines.getLast();
        PlacedText after = text.slice(reference.end());
        lines.set(lines.size() - 1, last.replace(last.length(), last.length(), after).strip());
        return lines;
    }

    /** keepalived replaces $NAME only before a space; whoever writes $NAME/24 means ${NAME}/24. */
    private void warnAboutBareName(PlacedText text, int dollar) {
        int end = Variables.nameEnd(text.text(), dollar + 1);
        String name = text.text().substring(dollar + 1, end);
        boolean replaceable = end == text.length() || PlacedText.isSpace(text.charAt(end));
        if (variables.defines(name) && !replaceable) {
            String message = "$" + name + " is replaced only before a space; write ${" + name + "}";
            diagnostics.warning(Kind.ADJUSTED, text.placeOf(dollar), message);
        }
    }

    /** All kinds of include, each with the checks it brings; the plain one has none. */
    enum IncludeCheck {
        INCLUDE("include"),
        INCLUDER("includer"),
        INCLUDEM("includem"),
        INCLUDEW("includew"),
        INCLUDEB("includeb"),
        INCLUDEA("includea");

        private static final Set<IncludeCheck> UNREADABLE_IS_ERROR = Set.of(INCLUDER, INCLUDEA);
        private static final Set<IncludeCheck> NO_MATCH_IS_ERROR =
                Set.of(INCLUDEM, INCLUDEW, INCLUDEB, INCLUDEA);
        private static final Set<IncludeCheck> EMPTY_WILDCARD_IS_ERROR = Set.of(INCLUDEW, INCLUDEA);
        private final String keyword;

        IncludeCheck(String keyword) {
            this.keyword = keyword;
        }

        static @Nullable IncludeCheck of(String word) {
            if (word.startsWith("include")) {
                for (IncludeCheck check : values()) {
                    if (check.keyword.equals(word)) {
                        return check;
                    }
                }
            }
            return null;
        }

        boolean readable() {
            return UNREADABLE_IS_ERROR.contains(this);
        }

        boolean match(boolean wildcard) {
            return wildcard
                    ? EMPTY_WILDCARD_IS_ERROR.contains(this)
                    : NO_MATCH_IS_ERROR.contains(this);
        }
    }
}
