package lb.director.control;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import lb.core.connection.Connection;
import lb.core.service.RealServer;
import lb.core.service.ServiceKey;
import lb.core.service.ServiceTable;
import lb.core.service.VirtualService;
import lb.core.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Which connections an operator wants to see. Immutable; any thread.
 *
 * @param templates persistence templates alone
 * @param virtual address of the service
 * @param virtualPort port of the service
 * @param realServer address of the real server
 * @param client address of the client; for a template, any in its network would do, but the
 *     network's own address is compared
 * @param marked the real servers of the service that is found by a mark: a connection names no
 *     mark, but each service has real servers of its own
 * @param limit rows at most
 */
record ConnectionFilter(
        boolean templates,
        @Nullable Integer protocol,
        @Nullable IpAddress virtual,
        @Nullable Integer virtualPort,
        @Nullable IpAddress realServer,
        @Nullable IpAddress client,
        @Nullable Set<RealServer> marked,
        long limit) {

    /** Reads {@code templates}, {@code protocol}, {@code virtualAddress} and so on. */
    static ConnectionFilter of(JsonNode request, ServiceTable services) throws ControlException {
        JsonNode limit = request.path("limit");
        if (!limit.isMissingNode() && (!limit.canConvertToLong() || limit.asLong() < 1)) {
            throw new ControlException("'limit' has to be 1 or more, not " + limit);
        }
        return new ConnectionFilter(
                request.path("templates").asBoolean(),
                number(request, "protocol"),
                address(request, "virtualAddress"),
                number(request, "virtualPort"),
                address(request, "realServer"),
                address(request, "client"),
                marked(request, services),
                limit.asLong(Long.MAX_VALUE));
    }

    private static @Nullable Set<RealServer> marked(JsonNode request, ServiceTable services)
            throws ControlException {
        Integer mark = number(request, "mark");
        if (mark == null) {
            return null;
        }
        if (mark < 1) {
            throw new ControlException("'mark' has to be 1 or more, not " + mark);
        }
        Set<RealServer> marked = Collections.newSetFromMap(new IdentityHashMap<>());
        VirtualService service =
                services.get(ServiceKey.ofMark(mark, !request.path("ipv6").asBoolean()));
        if (service != null) {
            marked.addAll(service.realServers());
            marked.addAll(service.leaving());
            marked.addAll(service.retired());
        }
        return marked;
    }

    private static @Nullable Integer number(JsonNode request, String field)
            throws ControlException {
        JsonNode value = request.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.canConvertToInt()) {
            throw new ControlException("'" + field + "' has to be a number, not " + value);
        }
        return value.asInt();
    }

    private static @Nullable IpAddress address(JsonNode request, String field)
            throws ControlException {
        JsonNode value = request.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        try {
            return IpAddress.parse(value.asText());
        } catch (IllegalArgumentException e) {
            throw new ControlException("'" + field + "': " + e.getMessage(), e);
        }
    }

    boolean shows(Connection connection) {
        return (!templates || connection.isTemplate())
                && (protocol == null || protocol == connection.protocol())
                && (virtualPort == null || virtualPort == connection.servicePort())
                && (marked == null || marked.contains(connection.server()))
                && fits(virtual, connection.serviceHigh(), connection.serviceLow())
                && fits(client, connection.clientHigh(), connection.clientLow())
                && (realServer == null || realServer.equals(connection.server().address()));
    }

    private static boolean fits(@Nullable IpAddress wanted, long high, long low) {
        return wanted == null || (wanted.high() == high && wanted.low() == low);
    }
}
