package lb.director.control;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import lb.core.service.RealServer;
import lb.core.service.SchedulerFault;
import lb.core.service.ServiceDefinition;
import lb.core.service.Traffic;
import lb.core.service.VirtualService;
import org.jspecify.annotations.Nullable;

/**
 * One virtual service as the control socket tells it. Immutable; any thread.
 *
 * @param protocol {@code TCP}, {@code UDP} or {@code SCTP}
 * @param address the VIP
 * @param port 0 for every port that no other service has
 * @param flags of the scheduler, sorted
 * @param persistenceSeconds 0 without persistence
 * @param persistencePrefixLength leading bits of a client's address that count
 * @param onePacket whether each datagram is scheduled for itself
 * @param connections scheduled so far
 * @param packets forwarded so far
 * @param bytes forwarded so far, from the IP header on
 * @param schedulerFault that its scheduler, a plug-in's, failed; left out while it did not
 */
public record ServiceReport(
        String protocol,
        String address,
        int port,
        String scheduler,
        List<String> flags,
        int persistenceSeconds,
        int persistencePrefixLength,
        boolean onePacket,
        long connections,
        long packets,
        long bytes,
        List<RealServerReport> realServers,
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

    static ServiceReport of(VirtualService service) {
        ServiceDefinition definition = service.definition();
        Traffic traffic = service.traffic();
        int addressBits = service.key().address().isIpv4() ? 32 : 128;
        return new ServiceReport(
                service.key().protocol().name(),
                service.key().address().toString(),
                service.key().port(),
                definition.scheduler(),
                definition.flags().stream().sorted().toList(),
                definition.persistence().timeoutSeconds(),
                Math.min(addressBits, definition.persistence().prefixLength()),
                definition.onePacket(),
                traffic.connections(),
                traffic.packets(),
                traffic.bytes(),
                service.realServers().stream().map(RealServerReport::of).toList(),
                SchedulerFaultReport.of(service.schedulerFault()));
    }
}
