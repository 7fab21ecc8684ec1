package lb.director.config.syntax;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The lines of one file without comments, each character with its place. */
final class SourceFile {

    /** Says in an operator's words why a file cannot be read. */
    static final class UnreadableException extends Exception {
        UnreadableException(String reason) {
            super(reason);
        }
    }

    private SourceFile() {}

    /** All bytes of a file as text; whatever is not UTF-8 becomes U+FFFD. */
    static String text(Path path, int maximumBytes) throws UnreadableException {
        if (Files.isDirectory(path)) {
            throw new UnreadableException("is a directory, not a file; name the file inside it");
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(maximumBytes + 1);
            if (bytes.length > maximumBytes) {
                throw new UnreadableException(
                        "is larger than " + maximumBytes + " bytes; is this the right file?");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UnreadableException(reason(e));
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "cannot be read: no such file";
            case AccessDeniedException _ ->
                    "cannot be read: permission denied; check owner and mode";
            case FileSystemException f when f.getReason() != null ->
                    "cannot be read: " + f.getReason();
            default -> "cannot be read: " + e.getMessage();
        };
    }

    /**
     * Cuts text into lines and takes comments off; reports the first byte that text does not have.
     */
    static List<PlacedText> lines(String text, String file, Diagnostics diagnostics) {
        List<PlacedText> lines = new ArrayList<>();
        int from = text.startsWith("\ufeff") ? 1 : 0;
        boolean binary = false;
        for (int line = 1; from <= text.length(); line++) {
            int end = text.indexOf('\n', from);
            end = end < 0 ? text.length() : end;
            PlacedText whole = PlacedText.of(text.substring(from, end), file, line);
            if (!binary) {
                binary = reportBinary(whole, diagnostics);
            }
            lines.add(withoutComment(whole).strip());
            from = end + 1;
        }
        return binary && text.indexOf(0) >= 0 ? List.of() : lines;
    }

    private static boolean reportBinary(PlacedText line, Diagnostics diagnostics) {
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c < ' ' && !PlacedText.isSpace(c)) {
                String message =
                        String.format(
                                "byte 0x%02x is not text; is this the right file, and is it whole?",
                                (int) c);
                diagnostics.error(Diagnostic.Kind.SYNTAX, line.placeOf(i), message);
                return true;
            }
        }
        return false;
    }

    /** A comment starts at # or ! unless in double quotes or behind a backslash. */
    private static PlacedText withoutComment(PlacedText line) {
        boolean inQuotes = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                inQuotes = !inQuotes;
            } else if ((c == '#' || c == '!') && !inQuotes) {
                return line.slice(0, i);
            }
        }
        return line;
    }
}
