package lb.director.control;

import java.util.List;
import lb.core.service.RateLimit;
import lb.core.service.RealServer;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceTable;
import lb.core.service.Traffic;
import lb.core.service.VirtualService;

/**
 * One virtual service as the control socket tells it. Immutable; any thread.
 *
 * @param protocol {@code TCP}, {@code UDP}, {@code SCTP}, or {@code FWM} for a mark
 * @param address the VIP; for a mark the unspecified address of its family
 * @param port 0 for every port that no other service has
 * @param mark the mark that it is found by, or 0
 * @param rateLimit new connections that it takes in a second; 0 = no limit
 * @param clientRateLimit new connections that each client may have in a second; 0 = no limit
 * @param flags of the scheduler, sorted
 * @param persistenceSeconds 0 without persistence
 * @param persistencePrefixLength leading bits of a client's address that count
 * @param onePacket whether each datagram is scheduled for itself
 * @param connections scheduled so far
 * @param packets forwarded so far
 * @param bytes forwarded so far, from the IP header on
 */
public record ServiceReport(
        String protocol,
        String address,
        int port,
        int mark,
        int rateLimit,
        int clientRateLimit,
        String scheduler,
        List<String> flags,
        int persistenceSeconds,
        int persistencePrefixLength,
        boolean onePacket,
        long connections,
        long packets,
        long bytes,
        List<RealServerReport> realServers) {
    /**
     * One real server of it.
     *
     * @param forward how frames get there: {@code Route}, the field's word for direct routing
     * @param weight now; 0 = quiesced
     * @param overloaded whether its connections reached the upper threshold
     * @param connections scheduled so far
     */
    public record RealServerReport(
            String address,
            int port,
            String forward,
            int weight,
            int activeConnections,
            int inactiveConnections,
            int persistenceTemplates,
            int upperThreshold,
            int lowerThreshold,
            boolean overloaded,
            long connections,
            long packets,
            long bytes) {
        static RealServerReport of(RealServer server) {
            Traffic traffic = server.traffic();
            return new RealServerReport(
                    server.address().toString(),
                    server.port(),
                    "Route",
                    server.weight(),
                    server.activeConnections(),
                    server.inactiveConnections(),
                    server.persistenceTemplates(),
                    server.upperThreshold(),
                    server.lowerThreshold(),
                    server.isOverloaded(),
                    traffic.connections(),
                    traffic.packets(),
                    traffic.bytes());
        }
    }

    /** All services of a director. */
    static List<ServiceReport> all(DirectorView view) {
        ServiceTable table = view.services();
        return table.services().stream()
                .map(service -> of(service, table.limits().of(service.key())))
                .toList();
    }

    private static ServiceReport of(VirtualService service, RateLimit limit) {
        ServiceDefinition definition = service.definition();
        Traffic traffic = service.traffic();
        int addressBits = service.key().address().isIpv4() ? 32 : 128;
        return new ServiceReport(
                service.key().protocol().name(),
                service.key().address().toString(),
                service.key().port(),
                service.key().mark(),
                limit.perSecond(),
                limit.perClient(),
                definition.scheduler(),
                definition.flags().stream().sorted().toList(),
                definition.persistence().timeoutSeconds(),
                Math.min(addressBits, definition.persistence().prefixLength()),
                definition.onePacket(),
                traffic.connections(),
                traffic.packets(),
                traffic.bytes(),
                service.realServers().stream().map(RealServerReport::of).toList());
    }
}
