package lb.director.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lb.director.config.syntax.Location;
import lb.director.config.syntax.Statement;
import lb.director.config.syntax.Word;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lines of {@code virtual_ipaddress} and {@code virtual_ipaddress_excluded}. Stateless.
 */
final class VipReader {
    private static final Map<String, Integer> SCOPES =
            Map.of("global", 0, "site", 200, "link", 253, "host", 254, "nowhere", 255);

    private static final Set<String> NEED_VALUE =
            Set.of("dev", "brd", "broadcast", "label", "scope");

    /** A line as it comes in; its device may be that of the instance, which comes later. */
    record Line(
            InetAddress address,
            int prefixLength,
            @Nullable String device,
            @Nullable InetAddress broadcast,
            String label,
            int scope,
            Location place) {

        VipAddress on(String instanceDevice) {
            return new VipAddress(
                    address,
                    prefixLength,
                    device == null ? instanceDevice : device,
                    broadcast,
                    label,
                    scope);
        }
    }

    /** What the words behind an address say. */
    private static final class Options {
        @Nullable String device;
        @Nullable InetAddress broadcast;
        String label = "";
        int scope;
    }

    private VipReader() {}

    static List<Line> read(Statement block, Reading reading) {
        List<Line> lines = new ArrayList<>();
        for (Statement statement : block.body()) {
            Line line = line(statement, block.name(), reading);
            if (line != null) {
                lines.add(line);
            }
        }
        return lines;
    }

    private static @Nullable Line line(Statement statement, String keyword, Reading reading) {
        Word word = statement.keyword();
        if (statement.block() != null) {
            reading.error(statement.block().open(), "a line of " + keyword + " takes no block");
            return null;
        }
        int slash = word.text().indexOf('/');
        Word bare =
                slash < 0
                        ? word
                        : new Word(word.text().substring(0, slash), word.quoted(), word.location());
        InetAddress address = Values.address(bare, keyword, reading);
        if (address == null) {
            return null;
        }
        int bits = Addresses.bits(address);
        Integer prefix = Integer.valueOf(bits);
        if (slash >= 0) {
            Word length =
                    new Word(word.text().substring(slash + 1), word.quoted(), word.location());
            prefix =
                    Values.integer(length, "the prefix length of " + bare.text(), 1, bits, reading);
        }
        Options options = new Options();
        boolean understood = options(options, statement, reading);
        return prefix == null || !understood
                ? null
                : new Line(
                        address,
                        prefix,
                        options.device,
                        options.broadcast,
                        options.label,
                        options.scope,
                        word.location());
    }

    private static boolean options(Options options, Statement statement, Reading reading) {
        Iterator<Word> words = statement.arguments().iterator();
        while (words.hasNext()) {
            Word word = words.next();
            if (!NEED_VALUE.contains(word.text())) {
                if (!word.text().equals("no_track")) {
                    reading.notDone(
                            word.text() + " behind a virtual IP address", word.location(), "");
                }
            } else if (!words.hasNext()) {
                reading.error(word.location(), word.text() + " needs a value behind it");
                return false;
            } else if (!option(options, word.text(), words.next(), reading)) {
                return false;
            }
        }
        return true;
    }

    private static boolean option(Options options, String name, Word value, Reading reading) {
        return switch (name) {
            case "dev" -> {
                options.device = Values.interfaceName(value, "dev", reading);
                yield options.device != null;
            }
            case "label" -> {
                options.label = value.text();
                yield true;
            }
            case "scope" -> scope(options, value, reading);
            default -> broadcast(options, name, value, reading);
        };
    }

    private static boolean scope(Options options, Word value, Reading reading) {
        Integer scope = SCOPES.get(Values.lower(value.text()));
        if (scope == null) {
            scope = Values.integer(value, "scope", 0, 255, reading);
        }
        options.scope = scope == null ? 0 : scope;
        return scope != null;
    }

    private static boolean broadcast(Options options, String name, Word value, Reading reading) {
        if (value.text().equals("-") || value.text().equals("+")) {
            return true;
        }
        InetAddress address = Addresses.parse(value.text());
        if (address == null || !Addresses.isIpv4(address)) {
            reading.error(value.location(), name + " needs an IPv4 address, not " + value.shown());
            return false;
        }
        options.broadcast = address;
        return true;
    }
}
