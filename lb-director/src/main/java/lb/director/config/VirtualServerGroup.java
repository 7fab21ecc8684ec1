package lb.director.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import lb.director.config.syntax.Location;
import lb.director.config.syntax.Statement;
import lb.director.config.syntax.Word;
import org.jspecify.annotations.Nullable;

/**
 * A {@code virtual_server_group}, resolved into single addresses. Immutable.
 *
 * @param name what virtual servers refer to
 */
record VirtualServerGroup(
        String name, List<Target> targets, List<Integer> marks, Location location) {

    /** One address and port, or one mark, with the unspecified address of its family. */
    record Target(InetAddress address, int port, int mark) {
        Target(InetAddress address, int port) {
            this(address, port, 0);
        }

        boolean isMark() {
            return mark != 0;
        }
    }

    /** Addresses that one line may stand for. */
    private static final int MAXIMUM_ADDRESSES = 4096;

    /** The group a block describes; lines that are wrong are reported and left out. */
    static VirtualServerGroup read(Statement statement, Reading reading) {
        List<Target> targets = new ArrayList<>();
        List<Integer> marks = new ArrayList<>();
        for (Statement line : statement.body()) {
            if (line.name().equals("fwmark")) {
                Integer mark = Values.integer(line, 1, Integer.MAX_VALUE, reading);
                if (mark != null) {
                    marks.add(mark);
                }
            } else {
                readLine(line, targets, reading);
            }
        }
        return new VirtualServerGroup(
                statement.arguments().getFirst().text(),
                List.copyOf(targets),
                List.copyOf(marks),
                statement.location());
    }

    private static void readLine(Statement line, List<Target> targets, Reading reading) {
        if (line.block() != null) {
            reading.error(line.block().open(), "a line of virtual_server_group takes no block");
            return;
        }
        Word portWord = line.argument(0);
        Integer port =
                portWord == null
                        ? Integer.valueOf(0)
                        : Values.integer(portWord, "port", 0, 65535, reading);
        List<InetAddress> addresses = addresses(line.keyword(), "virtual_server_group", reading);
        if (port != null) {
            addresses.forEach(address -> targets.add(new Target(address, port)));
        }
    }

    /** The addresses of a word: one, a range, or a network. */
    static List<InetAddress> addresses(Word word, String name, Reading reading) {
        int dash = word.text().indexOf('-');
        int slash = word.text().indexOf('/');
        if (dash < 0 && slash < 0) {
            InetAddress single = Values.address(word, name, reading);
            return single == null ? List.of() : List.of(single);
        }
        int cut = dash < 0 ? slash : dash;
        Word head = new Word(word.text().substring(0, cut), word.quoted(), word.location());
        InetAddress first = Values.address(head, name, reading);
        if (first == null) {
            return List.of();
        }
        String tail = word.text().substring(cut + 1);
        return dash < 0 ? network(first, tail, word, reading) : range(first, tail, word, reading);
    }

    /** 10.0.0.1-9, 10.0.0.1-10.0.0.9 is not keepalived's; fe80::1-f counts in hexadecimal. */
    private static List<InetAddress> range(
            InetAddress first, String tail, Word word, Reading reading) {
        boolean ipv4 = Addresses.isIpv4(first);
        Integer last = number(tail, ipv4 ? 10 : 16);
        if (last == null || last > (ipv4 ? 255 : 65535) || last < Addresses.lastPart(first)) {
            String example = ipv4 ? "10.0.0.1-20" : "2001:db8::1-20";
            reading.error(
                    word.location(),
                    "expected a range such as " + example + ", not " + word.shown());
            return List.of();
        }
        int count = last - Addresses.lastPart(first) + 1;
        return series(first, count, word, reading);
    }

    private static List<InetAddress> network(
            InetAddress first, String tail, Word word, Reading reading) {
        Integer length = number(tail, 10);
        int bits = Addresses.bits(first);
        if (length == null || length > bits) {
            reading.error(
                    word.location(),
                    "expected a prefix length up to " + bits + " in " + word.shown());
            return List.of();
        }
        if (!Addresses.hostBitsAreZero(first, length)) {
            reading.error(
                    word.location(),
                    word.shown() + " has bits set behind /" + length + "; give the first address");
            return List.of();
        }
        int count = bits - length > 30 ? Integer.MAX_VALUE : 1 << (bits - length);
        return series(first, count, word, reading);
    }

    private static List<InetAddress> series(
            InetAddress first, int count, Word word, Reading reading) {
        if (count > MAXIMUM_ADDRESSES) {
            reading.error(
                    word.location(),
                    word.shown()
                            + " is more than "
                            + MAXIMUM_ADDRESSES
                            + " addresses; split it up");
            return List.of();
        }
        List<InetAddress> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(Addresses.plus(first, i));
        }
        return all;
    }

    private static @Nullable Integer number(String text, int radix) {
        if (text.isEmpty() || text.length() > 5 || text.charAt(0) == '+' || text.charAt(0) == '-') {
            return null;
        }
        try {
            return Integer.valueOf(text, radix);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
