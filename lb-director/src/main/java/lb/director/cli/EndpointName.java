package lb.director.cli;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A service or a real server as an operator writes it, taken apart. Immutable; any thread.
 *
 * @param protocol in upper case; null = not said
 * @param address as written, without brackets
 * @param port null = not said
 * @param mark what its packets are marked with, 1 or greater, with the protocol FWM, the
 *     unspecified address of its family and port 0; else 0
 */
record EndpointName(@Nullable String protocol, String address, @Nullable Integer port, int mark) {
    private static final Pattern MARK = Pattern.compile("(?i:fwm)[: ](\\d{1,10})( IPv6)?");
    private static final Pattern TEXT =
            Pattern.compile(
                    "(?:(?<protocol>(?i:tcp|udp|sctp))[: ])?"
                            + "(?:\\[(?<v6>[^\\[\\]]+)](?::(?<port6>\\w[\\w-]*))?"
                            + "|(?<v4>[^:\\[\\]]+)(?::(?<port4>\\w[\\w-]*))?|(?<bare>[^\\[\\]]+))");
    private static final Map<String, Integer> NUMBERS = Map.of("TCP", 6, "UDP", 17, "SCTP", 132);

    /** What is found by address and port. */
    EndpointName(@Nullable String protocol, String address, @Nullable Integer port) {
        this(protocol, address, port, 0);
    }

    /**
     * What has a mark.
     *
     * @param number 1 to 2147483647, in decimal digits
     * @throws IllegalArgumentException when it is not
     */
    static EndpointName ofMark(String number, boolean ipv4) {
        long mark = number.matches("\\d{1,10}") ? Long.parseLong(number) : 0;
        if (mark < 1 || mark > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "a mark is a number from 1 to 2147483647, not '" + number + "'");
        }
        return new EndpointName("FWM", ipv4 ? "0.0.0.0" : "::", 0, (int) mark);
    }

    boolean isMark() {
        return mark != 0;
    }

    /** Reads them from the command line. */
    static final class Converter implements ITypeConverter<EndpointName> {
        @Override
        public EndpointName convert(String text) {
            try {
                Matcher mark = MARK.matcher(text.strip());
                return mark.matches()
                        ? ofMark(mark.group(1), mark.group(2) == null)
                        : parse(text, _ -> -1);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    /** Finds the number of a port that has a name. */
    @FunctionalInterface
    interface PortNames {
        /** The port's number, or -1. */
        int number(String name);
    }

    /**
     * Takes a text apart.
     *
     * @throws IllegalArgumentException when it is not of the form
     */
    static EndpointName parse(String text, PortNames names) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'"
                            + text
                            + "' is not of the form ADDRESS[:PORT], such as 10.0.0.1:80 or [fd00::1]:80");
        }
        String protocol = matcher.group("protocol");
        String port =
                matcher.group("port4") == null ? matcher.group("port6") : matcher.group("port4");
        return new EndpointName(
                protocol == null ? null : protocol.toUpperCase(Locale.ROOT),
                address(matcher),
                port == null ? null : (Integer) port(text, port, names));
    }

    private static String address(Matcher matcher) {
        for (String group : new String[] {"v4", "v6", "bare"}) {
            if (matcher.group(group) != null) {
                return matcher.group(group);
            }
        }
        return "";
    }

    private static int port(String text, String port, PortNames names) {
        int number = port.matches("\\d{1,5}") ? Integer.parseInt(port) : names.number(port);
        if (number < 0 || number > 0xffff) {
            throw new IllegalArgumentException("'" + text + "': there is no port '" + port + "'");
        }
        return number;
    }

    /** What other commands call it: {@code tcp:10.0.0.1:80}, {@code fwm:1}, {@code fwm:1 IPv6}. */
    String name() {
        if (isMark()) {
            return "fwm:" + mark + (Endpoint.isIpv4(address) ? "" : " IPv6");
        }
        return (protocol == null ? "" : protocol.toLowerCase(Locale.ROOT) + ":")
                + Endpoint.text(address, port == null ? 0 : port);
    }

    /** What a request for connections says of a service. */
    Map<String, Object> asService() {
        Map<String, Object> arguments = new LinkedHashMap<>();
        if (isMark()) {
            arguments.put("mark", mark);
            arguments.put("ipv6", !Endpoint.isIpv4(address));
            return arguments;
        }
        arguments.put("virtualAddress", address);
        if (port != null) {
            arguments.put("virtualPort", port);
        }
        if (protocol != null) {
            arguments.put("protocol", NUMBERS.getOrDefault(protocol, 0));
        }
        return arguments;
    }
}
