package lb.director.config.syntax;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import lb.director.config.syntax.Diagnostic.Kind;
import lb.director.config.syntax.Preprocessor.IncludeCheck;
import org.jspecify.annotations.Nullable;

/**
 * Finds and opens included files, within bounds and without going in circles. Owned by the reading
 * thread.
 */
final class Includes {

    private final Limits limits;
    private final Diagnostics diagnostics;
    private final Deque<SourceName> open = new ArrayDeque<>();
    private int opened;

    Includes(Limits limits, Diagnostics diagnostics) {
        this.limits = limits;
        this.diagnostics = diagnostics;
    }

    void enter(SourceName file) {
        opened++;
        diagnostics.opened(file.shown());
        open.addLast(file);
    }

    void leave() {
        open.removeLast();
    }

    boolean exhausted() {
        return opened > limits.files();
    }

    /** The directory of the file being read, for ${_PWD}. */
    String directory() {
        String text = open.getLast().directory().toAbsolutePath().normalize().toString();
        return text;
    }

    /** The files that an include line names. */
    List<SourceName> files(PlacedText line) {
        String text = line.text();
        int split = 0;
        while (split < text.length() && !PlacedText.isSpace(text.charAt(split))) {
            split++;
        }
        IncludeCheck check = IncludeCheck.of(text.substring(0, split));
        PlacedText rest = line.slice(split).strip();
        String pattern = unquoted(rest.text());
        if (check == null || pattern.isEmpty()) {
            diagnostics.error(
                    Kind.SYNTAX,
                    line.start(),
                    "include needs a file name or a pattern such as conf.d/*.conf");
            return List.of();
        }
        List<SourceName> files = new ArrayList<>();
        int left = limits.files();
        for (IncludePattern alternative : IncludePattern.alternatives(pattern)) {
            List<Path> found = alternative.matches(open.getLast().directory(), left);
            left -= found.size();
            found.forEach(path -> files.add(new SourceName(path)));
            if (found.isEmpty()) {
                reportMissing(check, alternative, rest.start());
            }
        }
        return files;
    }

    private static String unquoted(String text) {
        boolean quoted = text.length() > 1 && text.charAt(0) == '"' && text.endsWith("\"");
        return quoted ? text.substring(1, text.length() - 1) : text;
    }

    private void reportMissing(IncludeCheck check, IncludePattern pattern, Location place) {
        String message = "no file matches " + Diagnostics.quote(pattern.text());
        if (check.match(pattern.hasWildcard())) {
            diagnostics.error(Kind.SYNTAX, place, message);
        } else if (!pattern.hasWildcard()) {
            diagnostics.warning(Kind.DROPPED, place, message + "; the include is skipped");
        }
    }

    /** The text of an included file, or null, reported, if it cannot or must not be read. */
    @Nullable String open(SourceName file, PlacedText line) {
        IncludeCheck check =
                IncludeCheck.of(line.text().substring(0, Math.max(0, line.text().indexOf(' '))));
        String bound = boundReached();
        String circle = bound == null ? circle(file) : null;
        if (bound != null || circle != null) {
            diagnostics.error(
                    Kind.SYNTAX, line.start(), bound != null ? bound : String.valueOf(circle));
            return null;
        }
        try {
            if (Files.exists(file.path())
                    && !Files.isDirectory(file.path())
                    && !Files.isRegularFile(file.path())) {
                throw new SourceFile.UnreadableException("is not a regular file");
            }
            return SourceFile.text(file.path(), limits.fileBytes());
        } catch (SourceFile.UnreadableException e) {
            boolean strict = check != null && check.readable();
            String message =
                    file.shown()
                            + " "
                            + e.getMessage()
                            + (strict ? "" : "; the include is skipped");
            diagnostics.add(
                    new Diagnostic(
                            strict ? Severity.ERROR : Severity.WARNING,
                            strict ? Kind.SYNTAX : Kind.DROPPED,
                            line.start(),
                            message));
            return null;
        }
    }

    private @Nullable String boundReached() {
        if (open.size() >= limits.includeDepth()) {
            return "includes are nested more than " + limits.includeDepth() + " deep";
        }
        if (opened >= limits.files()) {
            opened++;
            return "more than " + limits.files() + " files are included; reading stops";
        }
        return null;
    }

    private @Nullable String circle(SourceName file) {
        StringBuilder chain = new StringBuilder();
        for (Iterator<SourceName> it = open.iterator(); it.hasNext(); ) {
            SourceName outer = it.next();
            if (!chain.isEmpty() || sameFile(outer, file)) {
                chain.append(outer.shown()).append(" -> ");
            }
        }
        return chain.isEmpty()
                ? null
                : "files include each other in a circle: " + chain + file.shown();
    }

    private static boolean sameFile(SourceName a, SourceName b) {
        try {
            return Files.isSameFile(a.path(), b.path());
        } catch (IOException e) {
            return a.path().equals(b.path());
        }
    }
}
