package lb.core.director;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import lb.core.service.Gate;
import lb.core.service.Persistence;
import lb.core.service.RealServerDefinition;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceKey;
import lb.core.wire.IpAddress;
import lb.core.wire.Tcp;
import org.junit.jupiter.api.Test;

/** A VIP that another director holds. */
class GateTest {
    private static final IpAddress CLIENT = IpAddress.parse("10.0.200.22");
    private static final IpAddress VIP = IpAddress.parse("10.0.205.100");
    private static final ServiceKey WEB = TestDirector.tcp("10.0.205.100", 80);

    private final FrameBuilder frame = new FrameBuilder();
    private final TestDirector director = new TestDirector(DirectorSettings.DEFAULT);
    private final Gate gate = Gate.closed();

    private Verdict receive(int flags) {
        return director.receive(frame.tcp(CLIENT, 40_000, VIP, 80, flags));
    }

    private ServiceDefinition web() {
        return new ServiceDefinition(
                WEB,
                "rr",
                Set.of(),
                Persistence.NONE,
                false,
                List.of(new RealServerDefinition(IpAddress.parse("10.0.206.1"), 80, 1, 0, 0)),
                gate);
    }

    @Test
    void aClosedGateStopsKnownAndUnknownFlowsFromTheNextFrameOn() {
        director.replace(List.of(web()));

        assertThat(receive(Tcp.SYN)).isEqualTo(Verdict.GATE_CLOSED);
        assertThat(director.liveConnections()).isEmpty();
        gate.open();
        assertThat(receive(Tcp.SYN)).isEqualTo(Verdict.FORWARDED);
        while (director.director.wentStraight() == 0) {
            assertThat(receive(Tcp.ACK)).isEqualTo(Verdict.FORWARDED);
        }
        gate.close();
        assertThat(receive(Tcp.ACK)).isEqualTo(Verdict.GATE_CLOSED);
        gate.open();
        assertThat(receive(Tcp.ACK)).isEqualTo(Verdict.FORWARDED);
    }

    @Test
    void aNewTableKnowsTheSameGate() {
        director.replace(List.of(web()));
        gate.open();
        director.replace(List.of(web()));
        assertThat(receive(Tcp.SYN)).isEqualTo(Verdict.FORWARDED);
        gate.close();
        assertThat(receive(Tcp.SYN)).isEqualTo(Verdict.GATE_CLOSED);
    }
}
