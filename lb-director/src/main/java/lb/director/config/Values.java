package lb.director.config;

import java.math.BigDecimal;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import lb.director.config.syntax.Statement;
import lb.director.config.syntax.Word;
import org.jspecify.annotations.Nullable;

/**
 * The values of statements. Each method reports what is wrong with the value, with its place and
 * the allowed range, and then returns null. Stateless.
 */
final class Values {

    private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]{1,30}");
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,10}(\\.[0-9]{1,9})?");
    private static final int INTERFACE_BYTES = 15;
    private static final Map<String, Boolean> BOOLEANS =
            Map.of(
                    "on", true, "true", true, "yes", true, "off", false, "false", false, "no",
                    false);

    private Values() {}

    /** The first argument as a whole number. */
    static @Nullable Integer integer(Statement statement, int least, int most, Reading reading) {
        Word word = statement.argument(0);
        String name = statement.name();
        if (word == null) {
            reading.error(statement.location(), name + " needs a number " + range(least, most));
            return null;
        }
        return integer(word, name, least, most, reading);
    }

    /** A word as a whole number. */
    static @Nullable Integer integer(Word word, String name, int least, int most, Reading reading) {
        if (!NUMBER.matcher(word.text()).matches()) {
            String message =
                    name + " needs a number " + range(least, most) + ", not " + word.shown();
            reading.error(word.location(), message);
            return null;
        }
        BigDecimal value = new BigDecimal(word.text());
        if (value.compareTo(BigDecimal.valueOf(least)) < 0
                || value.compareTo(BigDecimal.valueOf(most)) > 0) {
            reading.error(
                    word.location(),
                    name
                            + " "
                            + word.text()
                            + " is out of range; allowed is "
                            + range(least, most));
            return null;
        }
        return value.intValueExact();
    }

    private static String range(int least, int most) {
        return least + " to " + most;
    }

    /** The first argument as on/off/true/false/yes/no; true if there is none. */
    static @Nullable Boolean bool(Statement statement, Reading reading) {
        Word word = statement.argument(0);
        Boolean value = word == null ? Boolean.TRUE : BOOLEANS.get(lower(word.text()));
        if (value == null && word != null) {
            reading.error(
                    word.location(),
                    statement.name()
                            + " needs on or off (true, false, yes, no), not "
                            + word.shown());
        }
        return value;
    }

    /** The first argument as one of several words, whatever its case. */
    static <E> @Nullable E choice(Statement statement, Map<String, E> choices, Reading reading) {
        String allowed = String.join(" or ", new TreeMap<>(choices).keySet());
        Word word = statement.argument(0);
        if (word == null) {
            reading.error(statement.location(), statement.name() + " needs " + allowed);
            return null;
        }
        E value = choices.get(lower(word.text()));
        if (value == null) {
            reading.error(
                    word.location(),
                    statement.name() + " needs " + allowed + ", not " + word.shown());
        }
        return value;
    }

    /** The first argument as a time in seconds, with fractions. */
    static @Nullable Long nanos(Statement statement, Reading reading) {
        Word word = statement.argument(0);
        if (word == null || !SECONDS.matcher(word.text()).matches()) {
            reading.error(
                    word == null ? statement.location() : word.location(),
                    statement.name()
                            + " needs a time in seconds, such as 6 or 0.5"
                            + (word == null ? "" : ", not " + word.shown()));
            return null;
        }
        BigDecimal nanos = new BigDecimal(word.text()).movePointRight(9);
        if (nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0 || nanos.signum() == 0) {
            reading.error(
                    word.location(), statement.name() + " " + word.text() + " is out of range");
            return null;
        }
        return nanos.longValueExact();
    }

    /** A word as an address that clients or the director can send to. */
    static @Nullable InetAddress address(Word word, String name, Reading reading) {
        InetAddress address = Addresses.parse(word.text());
        if (address == null) {
            reading.error(
                    word.location(),
                    name
                            + " needs an IPv4 or IPv6 address, not "
                            + word.shown()
                            + hint(word.text()));
            return null;
        }
        String unusable = Addresses.unusable(address);
        if (unusable != null) {
            reading.error(word.location(), name + " " + word.text() + ": that " + unusable);
            return null;
        }
        return address;
    }

    private static String hint(String text) {
        int slash = text.indexOf('/');
        if (slash > 0 && Addresses.parse(text.substring(0, slash)) != null) {
            return "; leave out " + text.substring(slash);
        }
        int colon = text.lastIndexOf(':');
        if (colon > 0 && Addresses.parse(text.substring(0, colon)) != null) {
            return "; put a space instead of ':' before the port";
        }
        return text.chars().anyMatch(Character::isLetter) && text.indexOf(':') < 0
                ? "; host names are not looked up"
                : "";
    }

    /** A word as the name of an interface; it need not exist. */
    static @Nullable String interfaceName(Word word, String name, Reading reading) {
        if (!isInterfaceName(word.text())) {
            reading.error(
                    word.location(),
                    name
                            + " needs the name of an interface (at most 15 bytes, no space, '/' or ':'), not "
                            + word.shown());
            return null;
        }
        return word.text();
    }

    /** What the kernel lets an interface be called (dev_valid_name): it looks at single bytes. */
    private static boolean isInterfaceName(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > INTERFACE_BYTES) {
            return false;
        }
        for (byte one : bytes) {
            // The last is a space of Latin-1, the kernel's characters.
            boolean space = one == ' ' || (one >= '\t' && one <= '\r') || one == (byte) 0xa0;
            if (space || one == 0 || one == '/' || one == ':') {
                return false;
            }
        }
        return !text.equals(".") && !text.equals("..");
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
