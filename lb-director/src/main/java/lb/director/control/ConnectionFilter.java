package lb.director.control;

import com.fasterxml.jackson.databind.JsonNode;
import lb.core.connection.Connection;
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
 * @param limit rows at most
 */
record ConnectionFilter(
        boolean templates,
        @Nullable Integer protocol,
        @Nullable IpAddress virtual,
        @Nullable Integer virtualPort,
        @Nullable IpAddress realServer,
        @Nullable IpAddress client,
        long limit) {

    /** Reads {@code templates}, {@code protocol}, {@code virtualAddress} and so on. */
    static ConnectionFilter of(JsonNode request) throws ControlException {
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
                limit.asLong(Long.MAX_VALUE));
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
                && fits(virtual, connection.serviceHigh(), connection.serviceLow())
                && fits(client, connection.clientHigh(), connection.clientLow())
                && (realServer == null || realServer.equals(connection.server().address()));
    }

    private static boolean fits(@Nullable IpAddress wanted, long high, long low) {
        return wanted == null || (wanted.high() == high && wanted.low() == low);
    }
}
