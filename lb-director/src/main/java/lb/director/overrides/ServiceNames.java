package lb.director.overrides;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import lb.core.service.Protocol;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceKey;
import lb.core.wire.IpAddress;
import lb.director.control.ControlException;
import org.jspecify.annotations.Nullable;

/**
 * Services and real servers by the names that operators give them: {@code 10.0.205.100:80}, {@code
 * tcp:10.0.205.100:80}, {@code [fd00::1]:80}, or less where that is enough. Stateless; any thread.
 */
public final class ServiceNames {
    private static final Pattern NAME =
            Pattern.compile("(?:(?<protocol>(?i:tcp|udp|sctp))[: ])?(?<endpoint>.+)");
    private static final Pattern ENDPOINT =
            Pattern.compile(
                    "\\[(?<v6>[^\\[\\]]+)](?::(?<port6>\\d+))?"
                            + "|(?<v4>[^:\\[\\]]+)(?::(?<port4>\\d+))?|(?<bare>[^\\[\\]]+)");

    private static final Pattern MARK = Pattern.compile("(?i:fwm)[: ](\\d{1,10})( (?i:ipv6))?");

    private ServiceNames() {}

    /** What a name says; null = nothing. */
    private record Named(@Nullable Protocol protocol, IpAddress address, @Nullable Integer port) {
        boolean fits(ServiceKey key) {
            return !key.isMark()
                    && key.address().equals(address)
                    && (protocol == null || key.protocol() == protocol)
                    && (port == null || key.port() == port);
        }
    }

    /**
     * The one service that a name fits.
     *
     * @throws ControlException when it fits none or several; names what there is
     */
    public static ServiceKey find(String name, Collection<ServiceKey> among)
            throws ControlException {
        if (MARK.matcher(name.strip()).matches()) {
            ServiceKey wanted = key(name);
            if (among.contains(wanted)) {
                return wanted;
            }
            throw missing(name, among);
        }
        Named named = named(name);
        List<ServiceKey> fitting = among.stream().filter(named::fits).toList();
        if (fitting.size() == 1) {
            return fitting.getFirst();
        }
        if (fitting.isEmpty()) {
            throw missing(name, among);
        }
        throw new ControlException(
                "'"
                        + name
                        + "' could be any of: "
                        + list(fitting)
                        + "; say which, such as "
                        + example(fitting.getFirst()));
    }

    private static ControlException missing(String name, Collection<ServiceKey> among) {
        return new ControlException(
                "there is no virtual service " + name + "; there are: " + list(among));
    }

    private static String example(ServiceKey key) {
        return key.toString().toLowerCase(Locale.ROOT).replaceFirst(" ", ":");
    }

    private static String list(Collection<?> things) {
        return things.isEmpty()
                ? "none"
                : things.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    /**
     * The key of a service that is to be added.
     *
     * @throws ControlException when protocol or port are missing
     */
    static ServiceKey key(String name) throws ControlException {
        Matcher mark = MARK.matcher(name.strip());
        if (mark.matches()) {
            long number = Long.parseLong(mark.group(1));
            if (number < 1 || number > Integer.MAX_VALUE) {
                throw new ControlException("'" + name + "': a mark is 1 to 2147483647");
            }
            return ServiceKey.ofMark((int) number, mark.group(2) == null);
        }
        Named named = named(name);
        if (named.protocol() == null || named.port() == null) {
            throw new ControlException(
                    "a new service needs its protocol and port, such as tcp:10.0.0.1:80, not '"
                            + name
                            + "'");
        }
        return new ServiceKey(named.address(), named.port(), named.protocol());
    }

    /**
     * The address of a real server, which has the service's port.
     *
     * @throws ControlException when it is no address, or has another port
     */
    static IpAddress address(String name, ServiceKey service) throws ControlException {
        Named named = named(name);
        if (named.protocol() != null) {
            throw new ControlException("a real server is an address, not '" + name + "'");
        }
        if (named.port() != null && !service.isMark() && named.port() != service.port()) {
            throw new ControlException(
                    "the real server "
                            + name
                            + " must have port "
                            + service.port()
                            + ", the service's: direct routing does not change it");
        }
        if (named.address().isIpv4() != service.address().isIpv4()) {
            throw new ControlException(
                    "the real server "
                            + name
                            + " and "
                            + service
                            + " are not of one address family, as direct routing needs");
        }
        return named.address();
    }

    /**
     * A real server that the service lists.
     *
     * @throws ControlException when there is none; names those that there are
     */
    static IpAddress find(String name, ServiceDefinition service) throws ControlException {
        IpAddress address = address(name, service.key());
        if (service.realServers().stream().noneMatch(server -> server.address().equals(address))) {
            throw new ControlException(
                    service.key()
                            + " has no real server "
                            + name
                            + "; it has: "
                            + list(
                                    service.realServers().stream()
                                            .map(server -> server.address())
                                            .toList()));
        }
        return address;
    }

    private static Named named(String name) throws ControlException {
        Matcher whole = NAME.matcher(name.strip());
        if (whole.matches()) {
            Matcher endpoint = ENDPOINT.matcher(whole.group("endpoint"));
            if (endpoint.matches()) {
                return named(name, whole.group("protocol"), endpoint);
            }
        }
        throw new ControlException(
                "'" + name + "' is not of the form [PROTOCOL:]ADDRESS[:PORT], such as 10.0.0.1:80");
    }

    private static Named named(String name, @Nullable String protocol, Matcher endpoint)
            throws ControlException {
        String port = first(endpoint.group("port4"), endpoint.group("port6"), null);
        String address = first(endpoint.group("v4"), endpoint.group("v6"), endpoint.group("bare"));
        try {
            int number = port == null ? 0 : Integer.parseInt(port);
            if (number > 0xffff) {
                throw new ControlException("'" + name + "': a port is 0 to 65535");
            }
            return new Named(
                    protocol == null ? null : Protocol.valueOf(protocol.toUpperCase(Locale.ROOT)),
                    IpAddress.parse(String.valueOf(address)),
                    port == null ? null : (Integer) number);
        } catch (NumberFormatException e) {
            throw new ControlException("'" + name + "': a port is 0 to 65535", e);
        } catch (IllegalArgumentException e) {
            throw new ControlException(String.valueOf(e.getMessage()), e);
        }
    }

    private static @Nullable String first(
            @Nullable String a, @Nullable String b, @Nullable String c) {
        return a != null ? a : b != null ? b : c;
    }
}
