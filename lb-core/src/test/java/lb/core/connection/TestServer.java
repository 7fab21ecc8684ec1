package lb.core.connection;

import java.util.List;
import java.util.Set;
import lb.core.service.Protocol;
import lb.core.service.RealServer;
import lb.core.service.RealServerDefinition;
import lb.core.service.SchedulerRegistry;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceKey;
import lb.core.service.ServiceTable;
import lb.core.wire.IpAddress;

/** A real server as the service table makes it. */
final class TestServer {
    private TestServer() {}

    static RealServer make() {
        ServiceKey key = new ServiceKey(IpAddress.parse("10.0.205.100"), 80, Protocol.TCP);
        RealServerDefinition server =
                new RealServerDefinition(IpAddress.parse("10.0.205.2"), 80, 1);
        return ServiceTable.empty(1)
                .replacedBy(
                        List.of(new ServiceDefinition(key, "rr", Set.of(), List.of(server))),
                        SchedulerRegistry.load(TestServer.class.getClassLoader()))
                .get(key)
                .realServers()
                .getFirst();
    }
}
