package lb.core.director;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import lb.core.forward.DirectRouting;
import lb.core.service.Gate;
import lb.core.service.Persistence;
import lb.core.service.Protocol;
import lb.core.service.RealServerDefinition;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceKey;
import lb.core.wire.IpAddress;
import lb.core.wire.Tcp;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real server that leaves a service while its connections go on. */
class LeavingServerTest {
    private static final IpAddress VIP = IpAddress.parse("10.0.205.100");
    private static final IpAddress CLIENT = IpAddress.parse("10.0.200.22");
    private static final IpAddress FIRST = IpAddress.parse("10.0.206.1");
    private static final IpAddress SECOND = IpAddress.parse("10.0.206.2");
    private static final ServiceKey WEB = TestDirector.tcp("10.0.205.100", 80);
    private static final ServiceKey DNS = new ServiceKey(VIP, 53, Protocol.UDP);

    private final FrameBuilder frame = new FrameBuilder();

    private static TestDirector director(boolean expireNodest) {
        return new TestDirector(
                new DirectorSettings(
                        new DirectRouting(false, false), expireNodest, true, SloppyTcp.AUTO, 1));
    }

    private static ServiceDefinition service(
            ServiceKey key, int persistenceSeconds, List<IpAddress> in, Set<IpAddress> leaving) {
        List<RealServerDefinition> servers = new ArrayList<>();
        in.forEach(address -> servers.add(new RealServerDefinition(address, key.port(), 1)));
        return new ServiceDefinition(
                key,
                "rr",
                Set.of(),
                new Persistence(persistenceSeconds, 32),
                false,
                servers,
                leaving,
                Gate.ALWAYS_OPEN);
    }

    private IpAddress tcp(TestDirector director, int port, int flags) {
        assertThat(director.receive(frame.tcp(CLIENT, port, VIP, 80, flags)))
                .isEqualTo(Verdict.FORWARDED);
        return director.lastServer();
    }

    private IpAddress udp(TestDirector director, int port) {
        assertThat(director.receive(frame.udp(CLIENT, port, VIP, 53, 10)))
                .isEqualTo(Verdict.FORWARDED);
        return director.lastServer();
    }

    @ParameterizedTest(name = "expire_nodest_conn {0}")
    @ValueSource(booleans = {true, false})
    void keepsItsConnectionsAndGetsNoNewOnesAndUdpMovesAtOnce(boolean expireNodest) {
        TestDirector director = director(expireNodest);
        director.replace(
                List.of(
                        service(WEB, 0, List.of(FIRST), Set.of()),
                        service(DNS, 0, List.of(FIRST), Set.of())));
        assertThat(tcp(director, 1_000, Tcp.SYN)).isEqualTo(FIRST);
        assertThat(tcp(director, 1_000, Tcp.ACK)).isEqualTo(FIRST);
        assertThat(udp(director, 2_000)).isEqualTo(FIRST);

        director.replace(
                List.of(
                        service(WEB, 0, List.of(SECOND), Set.of(FIRST)),
                        service(DNS, 0, List.of(SECOND), Set.of(FIRST))));

        assertThat(tcp(director, 1_000, Tcp.ACK)).isEqualTo(FIRST);
        assertThat(tcp(director, 1_001, Tcp.SYN)).isEqualTo(SECOND);
        assertThat(udp(director, 2_000)).isEqualTo(SECOND);
        assertThat(director.table().get(WEB).leaving())
                .singleElement()
                .satisfies(server -> assertThat(server.activeConnections()).isEqualTo(1));

        director.replace(
                List.of(
                        service(WEB, 0, List.of(SECOND), Set.of()),
                        service(DNS, 0, List.of(SECOND), Set.of())));

        assertThat(director.table().get(WEB).leaving()).isEmpty();
        Verdict after = director.receive(frame.tcp(CLIENT, 1_000, VIP, 80, Tcp.ACK));
        assertThat(after).isEqualTo(expireNodest ? Verdict.FORWARDED : Verdict.REAL_SERVER_GONE);
        assertThat(director.lastServer()).isEqualTo(expireNodest ? SECOND : null);
    }

    @ParameterizedTest(name = "persistence of {0} s")
    @ValueSource(ints = {0, 300})
    void takesItsConnectionsUpAgainWhenItComesBack(int persistenceSeconds) {
        TestDirector director = director(true);
        director.replace(List.of(service(WEB, persistenceSeconds, List.of(FIRST), Set.of())));
        assertThat(tcp(director, 1_000, Tcp.SYN)).isEqualTo(FIRST);
        director.replace(List.of(service(WEB, persistenceSeconds, List.of(SECOND), Set.of(FIRST))));
        assertThat(tcp(director, 1_000, Tcp.ACK)).isEqualTo(FIRST);
        assertThat(tcp(director, 1_001, Tcp.SYN))
                .as("a persistence template does not hold a client there")
                .isEqualTo(SECOND);

        director.replace(
                List.of(service(WEB, persistenceSeconds, List.of(FIRST, SECOND), Set.of())));

        assertThat(tcp(director, 1_000, Tcp.ACK)).isEqualTo(FIRST);
        assertThat(director.table().get(WEB).retired()).isEmpty();
        assertThat(director.table().get(WEB).realServers().getFirst().weight()).isEqualTo(1);
    }
}
