package lb.director.config.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A {@code ~SEQ(…)}, {@code ~SEQx(…)} or {@code ~LST(…)}: the rest of its line is read once for
 * each row of values. Immutable.
 *
 * @param names the variables it sets
 * @param rows for each turn the value of each variable
 * @param end index in its line after the closing parenthesis
 */
record Generator(List<String> names, List<List<String>> rows, int end) {

    /** Says what is wrong with a generator. */
    static final class MalformedException extends Exception {
        MalformedException(String message) {
            super(message);
        }
    }

    private static final Pattern HEAD = Pattern.compile("~(SEQx?|LST)\\s*\\(([^()]*)\\)");
    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(0[xX][0-9a-fA-F]{1,8}|[0-9]{1,10})");

    /** The generator a line starts with. */
    static Generator parse(String line, int maximumRows) throws MalformedException {
        Matcher head = HEAD.matcher(line);
        if (!head.lookingAt()) {
            throw new MalformedException(
                    "expected ~SEQ(var, start, step, end), ~SEQx(...) or ~LST(var, value, ...)");
        }
        List<String> parts = split(head.group(2));
        return head.group(1).equals("LST")
                ? list(parts, head.end())
                : sequence(parts, head.group(1).equals("SEQx"), head.end(), maximumRows);
    }

    private static Generator sequence(List<String> parts, boolean hex, int end, int maximumRows)
            throws MalformedException {
        if (parts.size() < 2 || parts.size() > 4) {
            throw new MalformedException(
                    "~SEQ takes (var, start, step, end), (var, start, end) or (var, end)");
        }
        String name = name(parts.getFirst());
        long last = number(parts.getLast());
        long first = parts.size() > 2 ? number(parts.get(1)) : last > 0 ? 1 : -1;
        long step = parts.size() == 4 ? number(parts.get(2)) : last >= first ? 1 : -1;
        if (step == 0) {
            throw new MalformedException("the step of ~SEQ is 0, so it would never end");
        }
        List<List<String>> rows = new ArrayList<>();
        for (long v = first; step > 0 ? v <= last : v >= last; v += step) {
            if (rows.size() == maximumRows) {
                throw new MalformedException("~SEQ makes more than " + maximumRows + " lines");
            }
            rows.add(List.of(hex ? Long.toHexString(v) : Long.toString(v)));
        }
        return new Generator(List.of(name), rows, end);
    }

    private static Generator list(List<String> parts, int end) throws MalformedException {
        if (parts.size() < 2) {
            throw new MalformedException(
                    "~LST takes (var, value, ...) or ({var, var}, {value, value}, ...)");
        }
        List<String> names = new ArrayList<>();
        for (String name : members(parts.getFirst())) {
            names.add(name(name));
        }
        List<List<String>> rows = new ArrayList<>();
        for (String part : parts.subList(1, parts.size())) {
            List<String> row =
                    names.size() == 1 && !part.startsWith("{") ? List.of(part) : members(part);
            if (row.size() != names.size()) {
                throw new MalformedException(
                        "~LST sets "
                                + names.size()
                                + " variables, but "
                                + Diagnostics.quote(part)
                                + " has "
                                + row.size()
                                + " values");
            }
            rows.add(row);
        }
        return new Generator(names, rows, end);
    }

    private static List<String> members(String part) {
        boolean braced = part.startsWith("{") && part.endsWith("}") && part.length() > 1;
        return split(braced ? part.substring(1, part.length() - 1) : part);
    }

    /** Splits at commas that stand outside of braces. */
    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : ',';
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (c == ',' && (depth <= 0 || i == text.length())) {
                parts.add(text.substring(from, i).strip());
                from = i + 1;
            }
        }
        return parts;
    }

    private static String name(@Nullable String text) throws MalformedException {
        String name = text == null ? "" : text;
        if (name.isEmpty() || Variables.nameEnd(name, 0) != name.length()) {
            throw new MalformedException(Diagnostics.quote(name) + " is not a variable name");
        }
        return name;
    }

    private static long number(String text) throws MalformedException {
        if (!NUMBER.matcher(text).matches()) {
            throw new MalformedException(Diagnostics.quote(text) + " is not a number");
        }
        return Long.decode(
                text.matches("[+-]?0[0-9]+") ? text.replaceFirst("0+(?=[0-9])", "") : text);
    }
}
