package lb.director.control;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import lb.core.service.RateLimit;
import lb.core.service.RealServer;
import lb.core.service.SchedulerFault;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceKey;
import lb.core.service.ServiceTable;
import lb.core.service.Traffic;
import lb.core.service.VirtualService;
import org.jspecify.annotations.Nullable;

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
 * @param rates of these three
 * @param override what commands made of the service; null = what the configuration says
 * @param leaving real servers that were removed, and whose connections go on until a deadline
 * @param schedulerFault that its scheduler, a plug-in's, failed; left out while it did not
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
        RatesReport rates,
        @Nullable String override,
        List<RealServerReport> realServers,
        List<RealServerReport> leaving,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable SchedulerFaultReport schedulerFault) {
    /**
     * A plug-in's scheduler that failed and is asked no more.
     *
     * @param serving the scheduler that serves instead
     */
    public record SchedulerFaultReport(String reason, long faults, String serving) {
        static @Nullable SchedulerFaultReport of(@Nullable SchedulerFault fault) {
            return fault == null
                    ? null
                    : new SchedulerFaultReport(fault.reason(), fault.faults(), fault.serving());
        }
    }

    /**
     * One real server of it.
     *
     * @param forward how frames get there: {@code Route}, the field's word for direct routing
     * @param weight now; 0 = quiesced
     * @param overloaded whether its connections reached the upper threshold
     * @param connections scheduled so far
     * @param override what commands made of it; null = what the configuration says
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
            long bytes,
            RatesReport rates,
            @Nullable String override) {
        static RealServerReport of(RealServer server, ServiceKey service, OverrideMarks marks) {
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
                    traffic.bytes(),
                    RatesReport.of(server.meter().rates()),
                    marks.of(service.toString(), server.toString()));
        }
    }

    /** The same with its real servers in another order. */
    public ServiceReport with(List<RealServerReport> reordered) {
        return new ServiceReport(
                protocol,
                address,
                port,
                mark,
                rateLimit,
                clientRateLimit,
                scheduler,
                flags,
                persistenceSeconds,
                persistencePrefixLength,
                onePacket,
                connections,
                packets,
                bytes,
                rates,
                override,
                reordered,
                leaving,
                schedulerFault);
    }

    /** All services of a director. */
    static List<ServiceReport> all(DirectorView view) {
        OverrideMarks marks = new OverrideMarks(view.overrides());
        ServiceTable table = view.services();
        return table.services().stream()
                .map(service -> of(service, table.limits().of(service.key()), marks))
                .toList();
    }

    private static ServiceReport of(VirtualService service, RateLimit limit, OverrideMarks marks) {
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
                RatesReport.of(service.meter().rates()),
                marks.of(service.key().toString(), null),
                reports(service.realServers(), service.key(), marks),
                reports(service.leaving(), service.key(), marks),
                SchedulerFaultReport.of(service.schedulerFault()));
    }

    private static List<RealServerReport> reports(
            List<RealServer> servers, ServiceKey service, OverrideMarks marks) {
        return servers.stream().map(server -> RealServerReport.of(server, service, marks)).toList();
    }
}
