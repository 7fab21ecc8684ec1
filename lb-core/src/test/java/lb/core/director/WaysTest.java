package lb.core.director;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import lb.core.service.NextHop;
import lb.core.service.RealServer;
import lb.core.service.RealServerDefinition;
import lb.core.service.Revision;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceKey;
import lb.core.service.VirtualService;
import lb.core.wire.IpAddress;
import org.junit.jupiter.api.Test;

class WaysTest {
    private final TestDirector test = new TestDirector(DirectorSettings.DEFAULT);
    private final Ways ways = new Ways(0, test.director.waysOut());

    private VirtualService serve(int port) {
        ServiceKey key = TestDirector.tcp("10.0.205.100", port);
        test.replace(
                List.of(
                        new ServiceDefinition(
                                key,
                                "rr",
                                Set.of(),
                                List.of(
                                        new RealServerDefinition(
                                                IpAddress.parse("10.0.206.1"), port, 1)))));
        VirtualService service = test.table().get(key);
        assertThat(service).isNotNull();
        return service;
    }

    @Test
    void oneServerOfTwoServicesHasTwoWaysHoweverItsConnectionsAlternate() {
        VirtualService one = serve(80);
        VirtualService other = serve(443);
        RealServer server = other.realServers().getFirst();
        int revision = Revision.current();
        for (int i = 0; i < 1_000; i++) {
            assertThat(ways.at(ways.place(one, server, revision)).service()).isSameAs(one);
            assertThat(ways.at(ways.place(other, server, revision)).service()).isSameAs(other);
        }
        assertThat(ways.size()).isEqualTo(2);
    }

    @Test
    void aPlaceIsCurrentUntilTheNextRevision() {
        VirtualService service = serve(80);
        RealServer server = service.realServers().getFirst();
        long place = ways.place(service, server, Revision.current());
        assertThat(ways.isCurrent(place)).isTrue();
        server.moveTo(server.nextHop());
        assertThat(ways.isCurrent(place)).as("where it was").isTrue();
        server.moveTo(new NextHop(TestDirector.INTERFACE, 1, 2, 1_500));
        assertThat(ways.isCurrent(place)).as("elsewhere").isFalse();
        assertThat(ways.at(ways.place(service, server, Revision.current())).mac()).isEqualTo(1);
        assertThat(ways.size()).isEqualTo(1);
    }

    @Test
    void whatThisHostTakesAndWhatIsNowhereHaveNoPlace() {
        VirtualService service = serve(80);
        RealServer server = service.realServers().getFirst();
        server.moveTo(NextHop.local(TestDirector.INTERFACE, 1_500));
        assertThat(ways.place(service, server, Revision.current())).isEqualTo(Ways.NO_PLACE);
        server.moveTo(null);
        assertThat(ways.place(service, server, Revision.current())).isEqualTo(Ways.NO_PLACE);
        assertThat(ways.isCurrent(Ways.NO_PLACE)).isFalse();
    }
}
