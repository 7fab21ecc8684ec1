package lb.director.config.syntax;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.PatternSyntaxException;

/**
 * What an include names: brace lists as csh has them, then * ? [...] in any part of the path.
 *
 * @param text one alternative, without brace lists
 */
record IncludePattern(String text) {

    private static final int MAXIMUM_ALTERNATIVES = 256;

    /** All alternatives of the brace lists, in order; bounded. */
    static List<IncludePattern> alternatives(String text) {
        List<String> done = new ArrayList<>();
        List<String> open = new ArrayList<>(List.of(text));
        while (!open.isEmpty() && done.size() + open.size() <= MAXIMUM_ALTERNATIVES) {
            String next = open.removeFirst();
            List<String> choices = firstList(next);
            if (choices.isEmpty()) {
                done.add(next);
            } else {
                open.addAll(0, choices);
            }
        }
        return done.stream().map(IncludePattern::new).toList();
    }

    /** The text once for each member of its first brace list; empty if it has none. */
    private static List<String> firstList(String text) {
        int open = text.indexOf('{');
        List<Integer> cuts = new ArrayList<>(List.of(open));
        int depth = 0;
        for (int i = open; i >= 0 && i < text.length(); i++) {
            char c = text.charAt(i);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (depth == 0 || (c == ',' && depth == 1)) {
                cuts.add(i);
            }
            if (depth == 0) {
                break;
            }
        }
        if (open < 0 || depth > 0) {
            return List.of();
        }
        List<String> choices = new ArrayList<>();
        String tail = text.substring(cuts.getLast() + 1);
        for (int i = 0; i + 1 < cuts.size(); i++) {
            String member = text.substring(cuts.get(i) + 1, cuts.get(i + 1));
            choices.add(text.substring(0, open) + member + tail);
        }
        return choices;
    }

    boolean hasWildcard() {
        return text.chars().anyMatch(c -> c == '*' || c == '?' || c == '[');
    }

    /** The existing files it names, in order of name; relative to a directory. */
    List<Path> matches(Path directory, int maximum) {
        try {
            Path pattern = Path.of(text);
            List<Path> found = new ArrayList<>();
            found.add(pattern.isAbsolute() ? Path.of("/") : directory);
            for (Path part : pattern) {
                found = step(found, part.toString(), maximum);
            }
            found.removeIf(path -> path.equals(directory) || path.equals(Path.of("/")));
            return found;
        } catch (InvalidPathException e) {
            return List.of();
        }
    }

    private static List<Path> step(List<Path> from, String part, int maximum) {
        List<Path> found = new ArrayList<>();
        boolean wild = new IncludePattern(part).hasWildcard();
        for (Path directory : from) {
            if (wild) {
                found.addAll(listing(directory, part, maximum - found.size()));
            } else if (Files.exists(directory.resolve(part), LinkOption.NOFOLLOW_LINKS)) {
                found.add(directory.resolve(part));
            }
        }
        return found;
    }

    private static List<Path> listing(Path directory, String part, int maximum) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            String glob = part.replace("{", "\\{").replace("}", "\\}");
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
            for (Path entry : entries) {
                Path name = entry.getFileName();
                boolean hidden = name.toString().startsWith(".") && !part.startsWith(".");
                if (!hidden && matcher.matches(name) && found.size() < maximum) {
                    found.add(directory.resolve(name));
                }
            }
        } catch (IOException | DirectoryIteratorException | PatternSyntaxException e) {
            return List.of(); // glob(3) skips what it cannot list, too
        }
        found.sort(null);
        return found;
    }
}
